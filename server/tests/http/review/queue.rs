//! What stands in the queue, for whom, in which order.

use super::super::server::code_of;
use super::bureau::{Bureau, detail, hashes, judge, queue};
use jicha_domain::rights::Role;

#[tokio::test(flavor = "multi_thread")]
async fn a_photo_is_on_its_way_until_a_picture_of_it_is_here_and_then_waits() {
    let bureau = Bureau::open().await;
    let li = bureau.supervisor("li").await;
    let (id, [plate, register]) = bureau.inspection(1, "050301").await;
    let page = queue(&li, "").await;
    assert_eq!(page["items"].as_array().unwrap().len(), 0);
    assert_eq!(
        (
            page["counts"]["to_review"].as_i64(),
            page["counts"]["on_its_way"].as_i64()
        ),
        (Some(0), Some(2))
    );
    assert_eq!(hashes(&queue(&li, "state=on_its_way").await).len(), 2);
    bureau.arrive(register).await;
    let page = queue(&li, "").await;
    assert_eq!(hashes(&page), [register.to_string()]);
    let shown = detail(&li, id, plate).await;
    assert_eq!(shown["item"]["state"], "on_its_way");
    assert_eq!(shown["phone"]["person"], "王强");
    assert_eq!(bureau.remade().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn paging_shows_every_photo_once_and_those_of_an_inspection_together() {
    let bureau = Bureau::open().await;
    for number in 1..6 {
        bureau.arrived(number, "050301").await;
    }
    let li = bureau.supervisor("li").await;
    let all = hashes(&queue(&li, "").await);
    assert_eq!(all.len(), 10);
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = queue(&li, &format!("limit=3&after={after}")).await;
        seen.extend(hashes(&page));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, all);
    // Oldest first: number 5 began five hours ago; its plate comes before its register.
    assert!(
        all[0].starts_with("0501") || all[0].starts_with("05"),
        "{}",
        all[0]
    );
    assert_eq!(all[0][..2], all[1][..2]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_unit_has_what_lies_below_it_and_a_supervisor_only_her_units() {
    let bureau = Bureau::open().await;
    bureau.arrived(1, "050301").await;
    bureau.arrived(2, "0504").await;
    let all = bureau.supervisor("li").await;
    assert_eq!(hashes(&queue(&all, "").await).len(), 4);
    assert_eq!(hashes(&queue(&all, "unit=0503").await).len(), 2);
    assert_eq!(queue(&all, "unit=0503").await["counts"]["to_review"], 2);
    let here = bureau.server.client("zhou", Role::Supervisor, "0503").await;
    assert_eq!(hashes(&queue(&here, "").await).len(), 2);
    assert_eq!(hashes(&queue(&here, "unit=0504").await).len(), 0);
    // A change of the organisation moves what stands in it.
    bureau
        .server
        .write(|sql| {
            sql.execute("UPDATE org_unit SET parent_code = '0503' WHERE code = '0504'", [])?;
            Ok(jicha_server::review::regroup(sql)?)
        })
        .await;
    assert_eq!(hashes(&queue(&here, "").await).len(), 4);
    assert_eq!(bureau.remade().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_and_counts_follow_the_verdicts() {
    let bureau = Bureau::open().await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let li = bureau.supervisor("li").await;
    judge(&li, id, plate, "accepted").await;
    judge(&li, id, register, "retake").await;
    let counts = &queue(&li, "").await["counts"];
    assert_eq!(counts["to_review"], 0);
    assert_eq!(
        (counts["accepted"].as_i64(), counts["retake"].as_i64()),
        (Some(1), Some(1))
    );
    assert_eq!(hashes(&queue(&li, "state=retake").await), [register.to_string()]);
    assert_eq!(hashes(&queue(&li, "state=all").await).len(), 2);
    for (query, expected) in [
        (format!("state=all&inspector={}", bureau.wang), 2),
        ("state=all&specialty=line_loss".to_owned(), 2),
        ("state=all&specialty=metering".to_owned(), 0),
        ("state=all&flags=conflict".to_owned(), 0),
    ] {
        assert_eq!(hashes(&queue(&li, &query).await).len(), expected, "{query}");
    }
    assert_eq!(
        code_of(li.get("/api/review/queue?state=lost").await).await,
        "bad_query"
    );
    assert_eq!(bureau.remade().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_photo_in_two_inspections_is_flagged_in_both() {
    let bureau = Bureau::open().await;
    let (first, [plate, _]) = bureau.arrived(1, "050301").await;
    let li = bureau.supervisor("li").await;
    assert_eq!(hashes(&queue(&li, "flags=near_duplicate").await).len(), 0);
    // The second inspection names the first one's plate.
    bureau
        .server
        .write(move |sql| {
            sql.execute(
                "INSERT INTO inspection_photo (inspection, hash, media_type, size_bytes, shows)
                 SELECT '0193a1b2-0000-7000-8000-0000000000ff', hash, media_type, size_bytes, shows FROM inspection_photo
                 WHERE hash = ?1",
                [plate.to_string()],
            )?;
            Ok(jicha_server::review::keep(sql, &first.to_string())?)
        })
        .await;
    bureau
        .server
        .write(move |sql| Ok(jicha_server::review::photo_changed(sql, plate).map(drop)?))
        .await;
    assert_eq!(
        hashes(&queue(&li, "flags=near_duplicate").await),
        [plate.to_string()]
    );
}
