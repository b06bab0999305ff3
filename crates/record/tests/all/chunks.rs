//! The outside of a change: taken apart, put together, and bounded.

use jicha_record::chunk::{join, split};
use jicha_record::inspection::InspectionEdit;
use jicha_record::{Change, ChangeError, inspection, limits};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::builders::{self, begun, copy_for, device, edit, reading, slot};

/// Every kind of change: with none, one and two predecessors, of text, of entries, of removals.
pub fn real_changes() -> Vec<Change> {
    let (mut document, _) = begun(device(1));
    let mut other = copy_for(device(2), &document);
    edit(&mut other, 1, InspectionEdit::SetRegister(slot(3), reading("7"))).unwrap();
    for (second, what) in (1..).zip(builders::every_edit().into_iter().take(14)) {
        edit(&mut document, second, what).unwrap();
    }
    builders::sync(&mut document, &mut other);
    edit(&mut other, 50, InspectionEdit::SetNote("箱门生锈，锁坏。".into())).unwrap();
    other.changes_since(&[])
}

fn unsigned(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn signed(mut value: i64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        if (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0) {
            bytes.push(byte);
            return bytes;
        }
        bytes.push(byte | 0x80);
    }
}

/// A change made by hand: columns as specification and data.
fn crafted(columns: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut rest = Vec::new();
    rest.push(16);
    rest.extend_from_slice(device(7).device().as_bytes());
    rest.extend(unsigned(1));
    rest.extend(unsigned(1));
    rest.extend(signed(0));
    rest.extend(unsigned(0));
    rest.extend(unsigned(0));
    rest.extend(unsigned(columns.len() as u64));
    for (specification, data) in columns {
        rest.extend(unsigned(*specification));
        rest.extend(unsigned(data.len() as u64));
    }
    columns.iter().for_each(|(_, data)| rest.extend_from_slice(data));
    join(&[], &rest)
}

/// A run of one value.
fn run(length: i64, value: &[u8]) -> Vec<u8> {
    [signed(length).as_slice(), value].concat()
}

/// The columns of `count` puts of null to one key of the root.
fn puts(count: i64) -> Vec<(u64, Vec<u8>)> {
    vec![
        (0x15, run(count, &[1, b'k'])),
        (0x34, unsigned(count as u64)),
        (0x42, run(count, &[1])),
        (0x56, run(count, &[0])),
        (0x70, run(count, &[0])),
    ]
}

fn parse(bytes: &[u8]) -> Result<Change, ChangeError> {
    Change::parse(inspection::document_id(builders::inspection_id(1)), bytes)
}

#[test]
fn every_real_change_is_taken_apart_and_put_together_byte_for_byte() {
    for change in real_changes() {
        let parts = split(change.bytes()).unwrap();
        assert_eq!(join(&parts.dependencies, parts.rest), change.bytes());
        assert_eq!(parts.dependencies.len(), change.dependencies().count());
        assert_eq!(parse(change.bytes()).unwrap(), change);
    }
}

#[test]
fn a_change_crafted_within_the_limits_is_read() {
    let change = parse(&crafted(&puts(limits::CHANGE_OPERATIONS_MAX as i64))).unwrap();
    assert_eq!(change.actor(), device(7));
}

#[test]
fn a_few_bytes_that_ask_for_a_trillion_operations_are_refused_at_once() {
    let begin = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    for count in [limits::CHANGE_OPERATIONS_MAX as i64 + 1, 1 << 40, i64::MAX] {
        for (index, (specification, _)) in puts(1).into_iter().enumerate() {
            let mut columns = puts(1);
            columns[index] = puts(count).swap_remove(index);
            assert!(
                parse(&crafted(&columns)).is_err(),
                "column {specification:#x}, {count} rows"
            );
        }
        let nulls = [signed(0), unsigned(count as u64)].concat();
        assert!(parse(&crafted(&[(0x42, nulls)])).is_err());
        // Many runs that are each within the limit.
        let many: Vec<u8> = (0..3)
            .flat_map(|_| run(limits::CHANGE_OPERATIONS_MAX as i64 / 2, &[1]))
            .collect();
        assert!(parse(&crafted(&[(0x42, many)])).is_err());
        // A number of predecessors of one operation.
        let mut columns = puts(1);
        columns[4] = (0x70, run(1, &unsigned(count as u64)));
        columns.push((0x71, run(1, &[0])));
        columns.push((0x73, run(1, &[1])));
        assert!(parse(&crafted(&columns)).is_err());
        // The length of a value.
        let mut columns = puts(1);
        columns[3] = (0x56, run(1, &unsigned(((count as u64) << 4) | 6)));
        assert!(parse(&crafted(&columns)).is_err());
    }
    let took = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap() - begin;
    assert!(took.as_millis() < 1000, "{took:?}");
}

#[test]
fn operation_ids_that_automerge_can_not_hold_are_refused_before_it_panics() {
    let far = 1_i64 << 33;
    for (name, columns) in [
        (
            "object",
            vec![(0x01, run(1, &[0])), (0x02, run(1, &unsigned(far as u64)))],
        ),
        (
            "element",
            vec![(0x11, run(1, &[0])), (0x13, run(1, &signed(far)))],
        ),
        (
            "sum of elements",
            vec![(0x11, run(4, &[0])), (0x13, run(4, &signed(1 << 31)))],
        ),
        (
            "below zero",
            vec![(0x11, run(1, &[0])), (0x13, run(1, &signed(-1)))],
        ),
        ("unknown actor", vec![(0x01, run(1, &[1])), (0x02, run(1, &[1]))]),
    ] {
        let refused = parse(&crafted(&[columns, vec![(0x42, run(1, &[1]))]].concat()));
        assert!(
            matches!(refused, Err(ChangeError::Chunk(_))),
            "{name}: {refused:?}"
        );
    }
}

#[test]
fn a_compressed_chunk_a_document_and_a_bundle_are_refused() {
    let change = real_changes().pop().unwrap();
    for kind in [0, 2, 3, 200] {
        let mut bytes = change.bytes().to_vec();
        bytes[8] = kind;
        assert!(
            matches!(parse(&bytes), Err(ChangeError::Chunk(error)) if error.at == 8),
            "{kind}"
        );
    }
    let compressed_column: Vec<_> = puts(1)
        .into_iter()
        .map(|(specification, data)| (specification | 8, data))
        .collect();
    assert!(matches!(
        parse(&crafted(&compressed_column)),
        Err(ChangeError::Chunk(_))
    ));
}

#[test]
fn a_wrong_checksum_is_refused_since_the_log_could_not_be_loaded_with_it() {
    let mut bytes = real_changes().pop().unwrap().bytes().to_vec();
    bytes[5] ^= 1;
    assert!(matches!(parse(&bytes), Err(ChangeError::Chunk(error)) if error.at == 4));
}

#[test]
fn a_change_cut_off_at_any_byte_or_with_bytes_behind_it_is_refused() {
    for change in real_changes() {
        for end in 0..change.bytes().len() {
            assert!(parse(&change.bytes()[..end]).is_err());
            assert!(split(&change.bytes()[..end]).is_err());
        }
        let longer = [change.bytes(), &[0]].concat();
        assert!(parse(&longer).is_err() && split(&longer).is_err());
        let twice = [change.bytes(), change.bytes()].concat();
        assert!(parse(&twice).is_err());
    }
}

#[test]
fn lengths_in_another_spelling_are_refused_since_they_would_not_come_back_byte_for_byte() {
    let change = real_changes().pop().unwrap();
    let parts = split(change.bytes()).unwrap();
    let mut body = unsigned(parts.dependencies.len() as u64);
    *body.last_mut().unwrap() |= 0x80;
    body.push(0);
    parts
        .dependencies
        .iter()
        .for_each(|hash| body.extend_from_slice(hash));
    body.extend_from_slice(parts.rest);
    let tail = [vec![1], unsigned(body.len() as u64), body].concat();
    let hash = Sha256::digest(&tail);
    let bytes = [&change.bytes()[..4], &hash[..4], &tail].concat();
    assert!(split(&bytes).is_err() && parse(&bytes).is_err());
}

#[test]
fn more_than_sixty_four_predecessors_are_refused() {
    let change = real_changes().pop().unwrap();
    let rest = split(change.bytes()).unwrap().rest.to_vec();
    let hashes = |count: u8| (0..count).map(|number| [number; 32]).collect::<Vec<_>>();
    assert!(parse(&join(&hashes(64), &rest)).is_ok());
    assert!(matches!(
        parse(&join(&hashes(65), &rest)),
        Err(ChangeError::Chunk(_))
    ));
}

#[test]
fn a_change_above_256_kib_is_refused() {
    let mut columns = puts(1);
    columns[3] = (0x56, run(1, &unsigned((300_000 << 4) | 7)));
    columns.insert(4, (0x57, vec![0; 300_000]));
    assert!(matches!(parse(&crafted(&columns)), Err(ChangeError::Chunk(_))));
}

#[test]
fn an_actor_that_is_no_device_and_a_time_outside_the_calendar_are_refused() {
    let good = split(&crafted(&puts(1))).unwrap().rest.to_vec();
    let short_actor = [&[2, 1, 1], &good[17..]].concat();
    assert!(matches!(
        parse(&join(&[], &short_actor)),
        Err(ChangeError::ForeignActor)
    ));
    let late = [&good[..19], &signed(i64::MAX), &good[20..]].concat();
    assert!(matches!(parse(&join(&[], &late)), Err(ChangeError::Time { .. })));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_refused_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(parse(&bytes).is_err());
        let _ = split(&bytes);
        // Behind a correct header, where they are looked at more closely.
        let _ = parse(&join(&[], &bytes));
    }

    #[test]
    fn joining_and_splitting_are_inverse(
        dependencies in prop::collection::vec(any::<[u8; 32]>(), 0..65),
        rest in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let bytes = join(&dependencies, &rest);
        let parts = split(&bytes).unwrap();
        prop_assert_eq!(&parts.dependencies, &dependencies);
        prop_assert_eq!(parts.rest, rest.as_slice());
    }
}
