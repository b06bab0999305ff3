"""The library as an app uses it, through the generated Python module. Standard library only.

    JICHA_TEST_LIBRARY         the built library (else: target/debug or target/release of this workspace)
    JICHA_TEST_FOLDER          a folder with an enrolled device: `data` and `keys` (tests/all.rs makes one)
    JICHA_TEST_ENROL_PAYLOAD   the text of an enrolment QR code of a live server, for a person who has a task
                               with at least one metering point

What lacks its variable is skipped, and says so.
"""

import asyncio
import os
import shutil
import sys
import tempfile
import threading
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

HERE = Path(__file__).resolve().parent
CORE = HERE.parent.parent
PHOTOS = CORE.parent / "tests" / "data" / "photos"
FORWARD_TOTAL = "1-0:1.8.0*255"
SOMEBODY = "0192f0c1-2b3c-7d4e-8f90-a1b2c3d4e5f6"


def find_library() -> Path:
    named = os.environ.get("JICHA_TEST_LIBRARY")
    if named:
        return Path(named)
    target = Path(os.environ.get("CARGO_TARGET_DIR", CORE.parent / "target"))
    name = "libjicha_mobile_core.dylib" if sys.platform == "darwin" else "libjicha_mobile_core.so"
    for profile in ("debug", "release"):
        if (target / profile / name).exists():
            return target / profile / name
    sys.exit("The library is not built. Run: cargo build -p jicha-mobile-core")


def load_module():
    """The generated module looks for the library beside itself."""
    library = find_library()
    folder = Path(tempfile.mkdtemp(prefix="jicha-python-"))
    unittest.addModuleCleanup(shutil.rmtree, folder, True)
    shutil.copy(CORE / "bindings" / "python" / "jicha.py", folder)
    (folder / library.name).symlink_to(library.resolve())
    sys.path.insert(0, str(folder))
    import jicha as module

    return module


jicha = load_module()
JichaException = jicha.JichaException


class InFolder(unittest.TestCase):
    """Each test has a folder of its own."""

    def setUp(self):
        self.folder = Path(tempfile.mkdtemp(prefix="jicha-test-"))
        self.addCleanup(shutil.rmtree, self.folder, True)

    def open(self, keys=None):
        keys = keys or jicha.file_key_provider(str(self.folder / "keys"))
        return jicha.JichaApp.open(str(self.folder / "data"), keys)


class RefusingKeys(jicha.KeyProvider):
    """A keystore of a phone whose screen is locked."""

    def create_key(self, label):
        raise jicha.KeyProviderException.Unavailable("the screen is locked")

    def sign(self, label, message):
        raise RuntimeError("something else")


class ADeviceOfNobody(InFolder):
    def test_opens_in_an_empty_folder_and_belongs_to_nobody(self):
        app = self.open()
        self.assertIsNone(app.enrolment())
        self.assertEqual(app.list_inspections(), [])
        self.assertEqual(app.waiting().changes, 0)
        self.assertTrue((self.folder / "data" / "jicha.sqlite").exists())

    def test_errors_are_typed_and_carry_their_fields(self):
        app = self.open()
        with self.assertRaises(JichaException.NotEnrolled):
            app.load_inspection(SOMEBODY)
        with self.assertRaises(JichaException.BadInput) as caught:
            app.load_inspection("no id")
        self.assertEqual(caught.exception.field, "inspection")
        self.assertIn("UUID", caught.exception.expected)
        with self.assertRaises(JichaException.NotFound):
            jicha.load_checklist("JL-X@1")
        with self.assertRaises(JichaException):  # every kind is one
            jicha.load_checklist("?")

    def test_the_forms_are_in_both_languages(self):
        form = jicha.load_checklist("JL-R@1")
        self.assertGreater(len(form.items), 20)
        self.assertTrue(all(item.text_zh and item.text_en for item in form.items))
        self.assertEqual(jicha.SealState.BROKEN.label(jicha.Language.ZH), "破损")

    def test_what_is_no_enrolment_code_is_refused_without_a_connection(self):
        app = self.open()
        for payload in ("hello", "http://jicha.example/enrol#7K3QD9XWTB"):
            with self.assertRaises(JichaException.BadInput) as caught:
                asyncio.run(app.enrol(payload, "test", "Python"))
            self.assertEqual(caught.exception.field, "payload")

    def test_a_server_that_is_not_there_is_offline(self):
        app = self.open()
        with self.assertRaises(JichaException.Offline):
            asyncio.run(app.enrol("http://127.0.0.1:9/enrol#7K3QD9XWTB", "test", "Python"))

    def test_a_keystore_that_refuses_is_told(self):
        app = self.open(RefusingKeys())
        with self.assertRaises(JichaException.KeyUnavailable) as caught:
            asyncio.run(app.enrol("http://127.0.0.1:9/enrol#7K3QD9XWTB", "test", "Python"))
        self.assertIn("the screen is locked", caught.exception.detail)


@unittest.skipUnless(os.environ.get("JICHA_TEST_FOLDER"), "JICHA_TEST_FOLDER is not set")
class WithoutANetwork(InFolder):
    def setUp(self):
        super().setUp()
        shutil.copytree(os.environ["JICHA_TEST_FOLDER"], self.folder, dirs_exist_ok=True)
        self.app = self.open()
        self.task = self.app.load_task(self.app.list_tasks()[0].id)

    def start(self):
        return self.app.start_inspection(self.task.id, self.task.points[0].point.no)

    def test_it_knows_whose_device_it_is(self):
        self.assertEqual(self.app.enrolment().person_name, "王强")

    def test_a_doubtful_reading_is_kept_and_explained(self):
        inspection = self.start()
        previous = self.task.points[0].previous[-1]
        edited = self.app.set_register(inspection, FORWARD_TOTAL, "9999.50")
        doubts = [verdict for verdict in edited.verdicts if verdict.needs_attention]
        self.assertTrue(doubts)
        self.assertIn(previous.value, doubts[0].explanation_en)
        self.assertIn("9999.50", doubts[0].explanation_zh)
        reading = self.app.load_inspection(inspection).registers[0]
        self.assertEqual((reading.value, reading.unit), ("9999.50", jicha.MeasurementUnit.KWH))
        self.assertTrue(reading.doubts)

    def test_a_photo_is_attached_with_its_exif_data(self):
        inspection = self.start()
        source = PHOTOS / "DSCN0010.jpg"
        attached = self.app.attach_photo(
            inspection, str(source), jicha.PhotoSubject.CABINET, supports="item:JL-R-01", caption="箱体"
        )
        self.assertEqual(Path(attached.path).read_bytes(), source.read_bytes())
        self.assertAlmostEqual(attached.photo.position.latitude_deg, 43.467, places=2)
        self.assertEqual(attached.photo.taken_at.year, 2008)
        self.assertIn("COOLPIX", attached.photo.camera)
        # Taken in 2008 in Italy: doubted, with a sentence in each language, and kept.
        doubts = {verdict.rule: verdict for verdict in attached.verdicts if verdict.needs_attention}
        self.assertIn("2008-", doubts["photo_outside_visit"].explanation_zh)
        self.assertEqual(attached.photo.doubts, [verdict for verdict in doubts])
        waiting = self.app.waiting()
        self.assertEqual((waiting.photos, waiting.thumbnails.count, waiting.originals.count), (1, 1, 1))
        self.assertLessEqual(waiting.thumbnails.bytes, 10_000)
        line = self.app.photos()[0]
        self.assertEqual((line.receipt, line.bytes_sent), (jicha.PhotoReceipt.HERE, 0))
        self.assertTrue(Path(line.thumbnail_path).exists())
        with self.assertRaises(JichaException.Refused) as caught:
            self.app.delete_photo_copy(attached.photo.hash)
        self.assertEqual(caught.exception.rule, "photo_not_checked")
        passport = self.app.photo_passport(inspection, attached.photo.hash)
        self.assertEqual((passport.datum, passport.first_received_at), ("WGS-84", None))

    def test_what_is_no_photo_is_refused(self):
        with self.assertRaises(JichaException.BadInput) as caught:
            self.app.attach_photo(self.start(), __file__, jicha.PhotoSubject.OTHER)
        self.assertEqual(caught.exception.field, "path")

    def test_an_edit_is_undone(self):
        inspection = self.start()
        self.app.set_note(inspection, "写错了")
        self.assertEqual(self.app.load_inspection(inspection).note, "写错了")
        self.app.undo(inspection)
        self.assertEqual(self.app.load_inspection(inspection).note, "")

    def test_what_was_recorded_is_there_after_opening_again(self):
        inspection = self.start()
        self.app.set_note(inspection, "留下")
        del self.app
        self.assertEqual(self.open().load_inspection(inspection).note, "留下")

    def test_instants_come_back_to_the_millisecond(self):
        inspection = self.start()
        at = datetime(2026, 3, 1, 9, 30, 15, 123000, tzinfo=timezone.utc)
        clock = jicha.ClockRecord(
            meter_showed=at, reference_showed=at + timedelta(seconds=7), reference=jicha.ClockReference.GNSS
        )
        self.app.set_clock(inspection, clock)
        self.assertEqual(self.app.load_inspection(inspection).clock, clock)

    def test_many_threads_may_call_at_once(self):
        inspections = [self.start() for _ in range(4)]
        failures = []

        def work(inspection):
            try:
                for number in range(10):
                    self.app.set_note(inspection, f"第 {number} 次")
                    self.app.list_inspections()
                    self.app.load_inspection(inspection)
            except Exception as failure:  # shown below
                failures.append(failure)

        threads = [threading.Thread(target=work, args=[inspection]) for inspection in inspections]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        for inspection in inspections:
            self.assertEqual(self.app.load_inspection(inspection).note, "第 9 次")

    def test_a_sync_without_a_server_is_offline_and_nothing_is_lost(self):
        self.app.set_note(self.start(), "稍后发送")
        waiting = self.app.waiting()
        with self.assertRaises(JichaException.Offline):
            asyncio.run(self.app.sync())
        self.assertEqual(self.app.waiting(), waiting)

    def test_a_cancelled_sync_says_so(self):
        cancellation = jicha.SyncCancellation()
        cancellation.cancel()
        with self.assertRaises(JichaException.Cancelled):
            asyncio.run(self.app.sync(cancellation=cancellation))


class Heard(jicha.SyncListener):
    """Remembers what it was told, and fails each time: a sync must not mind."""

    def __init__(self, then=lambda event: None):
        self.events = []
        self.then = then

    def on_event(self, event):
        self.events.append(event)
        self.then(event)
        raise RuntimeError("a listener's own mistake")


class PhotosHeard(jicha.PhotoListener):
    """The same for photos."""

    def __init__(self, heard):
        self.heard = heard

    def on_event(self, event):
        self.heard.on_event(event)


def answer_of(item):
    """The answer that a diligent inspector gives where all is well."""
    kind = jicha.AnswerKind
    value = {
        kind.JUDGEMENT: None,
        kind.SIGNATURE: None,
        kind.NUMBER: "1.0",
        kind.TEXT: "已核对",
        kind.CHOICE: item.choices[0] if item.choices else None,
    }[item.answer]
    return jicha.AnswerRecord(item=item.id, result=jicha.AnswerResult.OK, value=value, unit=item.unit)


@unittest.skipUnless(os.environ.get("JICHA_TEST_ENROL_PAYLOAD"), "JICHA_TEST_ENROL_PAYLOAD is not set")
class ADayWithAServer(InFolder):
    """One test, since the payload holds a code that works once."""

    def test_a_whole_inspection_reaches_the_server(self):
        asyncio.run(self.day())

    async def day(self):
        self.app = app = self.open()
        payload = os.environ["JICHA_TEST_ENROL_PAYLOAD"]
        enrolment = await app.enrol(payload, "python-test", "Python " + sys.version.split()[0])
        self.assertEqual(app.enrolment(), enrolment)
        with self.assertRaises(JichaException.Refused):
            await app.enrol(payload, "python-test-2", "Python")  # the code is used up

        heard = Heard()
        report = await app.sync(heard)
        self.assertGreaterEqual(report.documents_received, 1)
        received = [event for event in heard.events if event.is_RECEIVED()]
        self.assertTrue(any(name.startswith("task/") for event in received for name in event.documents))
        task = app.load_task(app.list_tasks()[0].id)
        inspection = app.start_inspection(task.id, task.points[0].point.no)

        self.record(inspection, task.points[0])
        await self.cancel_a_sync()
        signed = app.sign_inspection(
            inspection, jicha.SignatureRole.INSPECTOR, enrolment.person_name, stroke_svg="M 10 10 L 40 35 L 80 12"
        )
        self.assertIsInstance(signed.verdicts, list)
        self.assertEqual(app.load_inspection(inspection).state, jicha.InspectionState.SIGNED)

        heard = Heard()
        report = await app.sync(heard)
        self.assertTrue(any(event.is_SENDING() for event in heard.events))
        self.assertTrue(any(event.is_ACKNOWLEDGED() for event in heard.events))
        # How much is sent depends on how far the sync that was called off had come.
        self.assertGreater(report.bytes_sent, 0)
        self.assertEqual(report.refused, 0, app.refused())
        waiting = app.waiting()
        self.assertEqual((waiting.documents, waiting.changes, waiting.refused), (0, 0, 0))
        self.assertEqual(waiting.conflicts, 0)
        self.assertIsNotNone(waiting.last_sync_at)
        with self.assertRaises(JichaException.Refused):
            app.undo(inspection)  # the signature has left the device
        await self.send_the_photos()

    def record(self, inspection, point):
        app = self.app
        app.arrive(inspection)
        app.set_place(
            inspection,
            jicha.PositionRecord(
                latitude_deg=24.884, longitude_deg=104.309, accuracy_m=8.0, provider=jicha.PositionProvider.GNSS
            ),
        )
        doubtful = app.set_register(inspection, FORWARD_TOTAL, "999999.99")
        attention = [verdict for verdict in doubtful.verdicts if verdict.needs_attention]
        self.assertTrue(attention, doubtful)
        told = [figure for figure in attention[0].figures if figure.shown in attention[0].explanation_zh]
        self.assertTrue(told, attention[0])
        app.set_register(inspection, FORWARD_TOTAL + "/2", "999999.99", source=jicha.ReadingSource.INFRARED645)
        app.set_register(inspection, "1-0:2.8.0*255", "0.00")

        plate = point.point.nameplate
        app.set_nameplate(inspection, plate)
        now = datetime.now(timezone.utc)
        app.set_clock(
            inspection,
            jicha.ClockRecord(
                meter_showed=now - timedelta(seconds=12), reference_showed=now, reference=jicha.ClockReference.PHONE
            ),
        )
        for place, state in (("BOX_DOOR", "INTACT"), ("TERMINAL_COVER", "BROKEN")):
            app.set_seal(
                inspection,
                jicha.SealRecord(
                    place=jicha.SealPlace[place], state=jicha.SealState[state], number="A" + place[:3] + "001"
                ),
            )
        app.set_phase(
            inspection,
            jicha.PhaseRecord(phase=jicha.Phase.L1, voltage_v="231.4", current_a="4.82", angle_deg="18.5"),
        )
        app.set_error_test_point(
            inspection, jicha.ErrorTestRecord(number=1, load_percent="100", power_factor="1.0", error_percent="0.21")
        )

        form = jicha.load_checklist(app.load_inspection(inspection).checklist)
        photos = sorted(PHOTOS.glob("*.jpg"))
        for number, item in enumerate(form.items):
            if item.answer != jicha.AnswerKind.SIGNATURE:
                app.set_answer(inspection, answer_of(item))
            if item.photo_mandatory:
                photo = photos[number % len(photos)]
                # A photo supports one place; the same file for another item needs bytes of its own.
                copy = self.folder / f"{item.id}.jpg"
                copy.write_bytes(photo.read_bytes() + item.id.encode())
                app.attach_photo(inspection, str(copy), jicha.PhotoSubject.CABINET, supports=f"item:{item.id}")

        draft = jicha.FindingDraft(
            title="表尾盖封印破损",
            category=jicha.FindingCategory.SEAL,
            severity=jicha.Severity.GENERAL,
            item=form.items[0].id,
            on_the_spot=True,
        )
        finding = app.add_finding(inspection, draft).id
        withdrawn = app.add_finding(inspection, draft).id
        app.withdraw_finding(inspection, withdrawn)
        app.set_note(inspection, "住户不在家")
        for shot in app.shots(inspection):
            if shot.taken == 0:
                app.excuse_shot(inspection, shot.shows, jicha.MissingShotReason.OUT_OF_REACH)
        app.finish_inspection(inspection)
        stored = app.load_inspection(inspection)
        self.assertEqual([found.id for found in stored.findings], [finding])
        self.assertEqual([missing for missing in stored.missing if missing.required], [])
        self.assertEqual(stored.state, jicha.InspectionState.FILLED)
        self.assertEqual(len(stored.seals), 2)

    async def send_the_photos(self):
        """Thumbnails went with the sync; then previews over any network, originals over Wi-Fi."""
        app = self.app
        photos = app.waiting().photos
        self.assertGreater(photos, 0)
        self.assertEqual(app.waiting().thumbnails.count, 0)
        report = await app.send_photos(jicha.LinkKind.MOBILE)
        self.assertEqual((report.previews, report.originals, report.held_for_wifi), (photos, 0, photos))
        heard = Heard()
        report = await app.send_photos(jicha.LinkKind.WIFI, PhotosHeard(heard))
        self.assertEqual((report.originals, report.stopped_by), (photos, None))
        self.assertTrue(any(event.is_CHECKED() for event in heard.events))
        self.assertEqual((app.waiting().photos, app.waiting().photo_bytes), (0, 0))
        line = app.photos()[0]
        self.assertEqual((line.receipt, line.bytes_sent), (jicha.PhotoReceipt.CHECKED, line.bytes_total))
        app.delete_photo_copy(line.hash)
        self.assertFalse(Path(line.original_path).exists())
        self.assertEqual(await app.check_photo_receipts(), 0)
        self.assertEqual(app.retakes(), [])

    async def cancel_a_sync(self):
        """Called off from its own listener, when the request is on its way; a second sync at once is refused."""
        cancellation = jicha.SyncCancellation()
        heard = Heard(lambda event: cancellation.cancel())
        first, second = await asyncio.gather(
            self.app.sync(heard, cancellation), self.app.sync(), return_exceptions=True
        )
        self.assertIsInstance(first, JichaException.Cancelled)
        self.assertIsInstance(second, JichaException.SyncRunning)


if __name__ == "__main__":
    unittest.main()
