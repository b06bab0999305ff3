//! The day: a ledger, work packages, hours without a network, a link that breaks, and an evening with a connection.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use jicha_domain::Language;
use jicha_domain::campaign::{Dimension, Specialty};
use jicha_domain::id::{InspectionId, MeteringPointNo, PersonId, TaskId};
use jicha_domain::rights::{Grant, Role};
use jicha_domain::signature::SignatureRole;
use jicha_domain::task::{PointReason, TaskAbout};
use jicha_record::inspection;
use jicha_simulator::time::TestClock;
use jicha_simulator::{Fault, Phone, SyncReport, phone, visit};
use jiff::{SignedDuration, Timestamp};
use rust_decimal::Decimal;

use super::{data, photos};
use crate::auth::password::Password;
use crate::auth::{ROOT_UNIT, enrolment_code, person};
use crate::ledger::{self, Limits, Upload};
use crate::planning;
use crate::problem::Problem;
use crate::state::App;

/// The transformer area in which the story plays.
const AREA: &str = "5303240101";
/// How long ago the day began.
const DAY: SignedDuration = SignedDuration::from_hours(9);

/// Accounts to look around with: login and password.
pub(super) struct Accounts {
    pub(super) supervisor: (String, String),
    pub(super) administrator: (String, String),
}

/// Plays the whole day and says what happens.
pub(super) async fn play(
    app: &App,
    url: &str,
    folder: &Path,
    photos_stay: bool,
) -> Result<Accounts, Box<dyn Error>> {
    println!("稽查 Jicha: a day of a small bureau");
    println!();
    import_ledgers(app).await?;
    let (supervisor_id, supervisor) = account(app, "supervisor", "周审核", Role::Supervisor).await?;
    let (_, administrator) = account(app, "boss", "管理员", Role::Administrator).await?;
    let accounts = Accounts {
        supervisor,
        administrator,
    };
    let planner = add_person(app, "planner", "吴计划", Role::Planner).await?;
    let inspectors = [
        add_person(app, "ge", "葛阳柏", Role::Inspector).await?,
        add_person(app, "li", "李菊文", Role::Inspector).await?,
        add_person(app, "feng", "冯康平", Role::Inspector).await?,
    ];
    let tasks = hand_out_tasks(app, planner, inspectors).await?;

    let clock = Arc::new(TestClock::at(Timestamp::now().checked_sub(DAY)?));
    let phones = enrol_phones(app, url, folder, inspectors, &clock).await?;
    for phone in &phones {
        sync(phone).await?;
    }
    println!(
        "  08:00  3 phones enrolled by one-time code, each with its own key and database; tasks are on them"
    );

    let shared = phones[0]
        .device
        .start_inspection(tasks.together, &points(0..1)?[0])?;
    sync(&phones[0]).await?;
    sync(&phones[1]).await?;
    println!("  08:20  葛阳柏 begins with the gateway meter; 李菊文 has the same inspection on her phone");

    let taken = data::write_photos(&folder.join("camera"))?;
    hours_without_network(&phones, &tasks, &taken, shared)?;
    evening(app, &phones, shared).await?;
    if !photos_stay {
        photos::reach_the_server(app, &phones, supervisor_id, inspectors[2]).await?;
    }
    Ok(accounts)
}

async fn import_ledgers(app: &App) -> Result<(), Box<dyn Error>> {
    for file in data::LEDGERS {
        let now = app.now();
        let imported = app.storage().write(move |sql| -> Result<_, Problem> {
            let upload = Upload {
                kind: file.kind,
                file_name: file.name,
                bytes: file.bytes,
                imported_at: now,
                imported_by: "demo",
            };
            Ok(ledger::import(sql, &upload, &Limits::default())?)
        });
        let report = imported.await.map_err(said)?;
        if !report.errors.is_empty() {
            return Err(format!("{} has errors: {:?}", file.name, report.errors).into());
        }
        println!(
            "  ledger {:<40} {:>6} rows",
            file.name,
            report.inserted + report.changed
        );
    }
    Ok(())
}

async fn add_person(app: &App, login: &str, name: &str, role: Role) -> Result<PersonId, Box<dyn Error>> {
    let hash = Password::one_time().hash_blocking().map_err(said)?;
    insert_person(app, login, name, role, hash).await
}

/// An account to sign in with at once: a demonstration's password needs no change.
async fn account(
    app: &App,
    login: &str,
    name: &str,
    role: Role,
) -> Result<(PersonId, (String, String)), Box<dyn Error>> {
    let password = Password::one_time();
    let shown = password.reveal().to_owned();
    let hash = password.hash_blocking().map_err(said)?;
    let id = insert_person(app, login, name, role, hash.clone()).await?;
    let now = app.now();
    let set = app
        .storage()
        .write(move |sql| person::set_password(sql, now, "demo", id, &hash, false));
    set.await.map_err(said)?;
    Ok((id, (login.to_owned(), shown)))
}

async fn insert_person(
    app: &App,
    login: &str,
    name: &str,
    role: Role,
    hash: String,
) -> Result<PersonId, Box<dyn Error>> {
    let (now, login, name) = (app.now(), login.to_owned(), name.to_owned());
    let unit = ROOT_UNIT.parse()?;
    let added = app.storage().write(move |sql| -> Result<_, Problem> {
        let id = person::add(sql, now, "demo", &login, &name, &hash)?;
        person::grant(sql, now, "demo", id, &Grant { role, unit })?;
        Ok(id)
    });
    added.await.map_err(said)
}

/// Two of the inspectors go together, the third alone.
struct Tasks {
    together: TaskId,
    alone: TaskId,
}

async fn hand_out_tasks(
    app: &App,
    planner: PersonId,
    [first, second, third]: [PersonId; 3],
) -> Result<Tasks, Box<dyn Error>> {
    let title = "多依村台区：关口表与户表常规检查";
    let together = make_task(app, planner, title, vec![first, second], points(0..6)?).await?;
    let title = "多依村台区：户表常规检查（二）";
    let alone = make_task(app, planner, title, vec![third], points(6..14)?).await?;
    println!("  07:30  吴计划 hands out two work packages: 6 and 8 metering points with a year of readings");
    Ok(Tasks { together, alone })
}

async fn make_task(
    app: &App,
    planner: PersonId,
    title: &str,
    assignees: Vec<PersonId>,
    points: Vec<MeteringPointNo>,
) -> Result<TaskId, Box<dyn Error>> {
    let now = app.now();
    let about = TaskAbout {
        unit: AREA.parse()?,
        title: title.to_owned(),
        dimension: Dimension::Routine,
        specialty: Specialty::Metering,
        due_on: None,
        assignees,
        created_by: planner,
        created_at: now,
        checklist: None,
        note: None,
    };
    let key = app.server_key().clone();
    let made = app.storage().write(move |sql| -> Result<_, Problem> {
        planning::make_task(sql, &key, now, about, &points, PointReason::Random)
    });
    made.await.map_err(said)
}

/// Metering points of the area: the gateway meter first, then the customers.
fn points(range: std::ops::Range<usize>) -> Result<Vec<MeteringPointNo>, Box<dyn Error>> {
    let customers = (0..).map(|number| format!("{AREA}{number:04}"));
    let all = std::iter::once(format!("{AREA}G")).chain(customers);
    let wanted = all.skip(range.start).take(range.len());
    Ok(wanted.map(|no| no.parse()).collect::<Result<_, _>>()?)
}

async fn enrol_phones(
    app: &App,
    url: &str,
    folder: &Path,
    inspectors: [PersonId; 3],
    clock: &Arc<TestClock>,
) -> Result<Vec<Phone>, Box<dyn Error>> {
    let mut phones = Vec::new();
    for (number, person) in (1..).zip(inspectors) {
        let now = app.now();
        let made = app.storage().write(move |sql| -> Result<_, Problem> {
            enrolment_code::make(sql, now, "demo", person, enrolment_code::LIFE_MAX)
        });
        let (code, _) = made.await.map_err(said)?;
        let seed = Timestamp::now()
            .as_millisecond()
            .unsigned_abs()
            .wrapping_add(number);
        let phone = Phone::unpack(&folder.join(format!("phone-{number}")), seed, clock.clone());
        let payload = format!("{url}/enrol#{}", code.as_str());
        phone
            .device
            .enrol(&phone.link, &payload, &format!("手机 {number}"), "demo")
            .await?;
        phones.push(phone);
    }
    Ok(phones)
}

/// Everybody works; nobody has a connection. Two of them read the dial of the gateway meter, differently.
fn hours_without_network(
    phones: &[Phone],
    tasks: &Tasks,
    photos: &[PathBuf],
    shared: InspectionId,
) -> Result<(), Box<dyn Error>> {
    let [first, second, third] = phones else {
        return Err("three phones".into());
    };
    for no in points(1..3)? {
        inspect(first, tasks.together, &no, photos, "葛阳柏")?;
    }
    for no in points(3..6)? {
        inspect(second, tasks.together, &no, photos, "李菊文")?;
    }
    for no in points(6..14)? {
        inspect(third, tasks.alone, &no, &photos[..3], "冯康平")?;
    }
    let doubtful = third.device.start_inspection(tasks.alone, &points(6..7)?[0])?;
    let verdicts = visit::read_total(&third.device, doubtful, "1.00", third.now());
    if let Some(verdict) = verdicts.iter().find(|verdict| verdict.needs_attention()) {
        println!(
            "  11:40  a reading is kept, marked and asked for again: {}",
            verdict.explain(Language::En)
        );
    }
    let dial = visit::plausible_total(&first.device, shared, first.now());
    visit::read_total(&first.device, shared, &dial.to_string(), first.now());
    // A digit that is hard to read behind a dirty window.
    let misread = dial + Decimal::new(30, 2);
    visit::read_total(&second.device, shared, &misread.to_string(), second.now());
    let waiting: u64 = phones.iter().map(Phone::waiting).sum();
    println!(
        "  14:00  hours without a network: 15 inspections, {waiting} changes wait on the phones, nothing else"
    );
    Ok(())
}

fn inspect(
    phone: &Phone,
    task: TaskId,
    no: &MeteringPointNo,
    photos: &[PathBuf],
    name: &str,
) -> Result<InspectionId, Box<dyn Error>> {
    let id = phone.device.start_inspection(task, no)?;
    phone.clock.pass_minutes(25);
    visit::complete(&phone.device, id, photos, phone.now());
    // What lacks a photo can't be signed yet and stays open; the others are signed on the spot.
    if phone.device.missing(id)?.iter().all(|missing| !missing.required) {
        phone
            .device
            .sign_inspection(id, SignatureRole::Inspector, name, None, None)?;
    }
    Ok(id)
}

/// The evening: the link breaks in the middle of a sync, and two readings stand against one another.
async fn evening(app: &App, phones: &[Phone], shared: InspectionId) -> Result<(), Box<dyn Error>> {
    let [first, second, third] = phones else {
        return Err("three phones".into());
    };
    first.link.plan([Fault::CutRequest(1500)]);
    if let Err(error) = first.try_sync().await {
        let why = phone::causes(&error);
        println!(
            "  17:02  phone 1 finds two bars of 2G and loses them: {why}; {} changes wait",
            first.waiting()
        );
    }
    let report = sync(first).await?;
    println!(
        "  17:05  phone 1 again: {} bytes sent, {} changes wait",
        report.bytes_sent,
        first.waiting()
    );
    for phone in [second, third, first] {
        sync(phone).await?;
    }
    let document = inspection::document_id(shared);
    let equal = first.device.heads(document)? == second.device.heads(document)?;
    let equal = if equal {
        "the same state on both"
    } else {
        "NOT THE SAME STATE"
    };
    println!(
        "  17:20  two phones edited one inspection offline: {equal}, and a conflict for a person to settle:"
    );
    for candidate in first
        .device
        .conflicts()?
        .iter()
        .flat_map(|conflict| &conflict.candidates)
    {
        println!(
            "           {} kWh, {}",
            candidate.value["value"].as_str().unwrap_or("?"),
            candidate.at
        );
    }
    let on_server: i64 = app
        .storage()
        .read(|sql| -> Result<i64, Problem> {
            Ok(sql.query_row("SELECT count(*) FROM inspection", [], |row| row.get(0))?)
        })
        .await
        .map_err(said)?;
    let waiting: u64 = phones.iter().map(Phone::waiting).sum();
    println!("  17:30  {on_server} inspections are on the server; {waiting} changes wait on the phones");
    Ok(())
}

async fn sync(phone: &Phone) -> Result<SyncReport, Box<dyn Error>> {
    phone
        .try_sync()
        .await
        .map_err(|error| phone::causes(&error).into())
}

pub(super) fn said(problem: Problem) -> Box<dyn Error> {
    format!("{}: {}", problem.code.as_str(), problem.detail).into()
}
