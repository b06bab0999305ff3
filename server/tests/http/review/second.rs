//! The hidden second review.

use super::bureau::{Bureau, detail, hashes, judge, queue};
use serde_json::Value;

#[tokio::test(flavor = "multi_thread")]
async fn a_drawn_photo_waits_for_another_supervisor_without_a_trace_of_the_first_verdict() {
    let bureau = Bureau::open_with(|config| config.second_review_percent = 100.0).await;
    let (id, [plate, register]) = bureau.arrived(1, "050301").await;
    let (li, zhou) = (bureau.supervisor("li").await, bureau.supervisor("zhou").await);
    let before = (queue(&zhou, "").await, detail(&zhou, id, plate).await);
    judge(&li, id, plate, "accepted").await;
    assert_eq!(queue(&zhou, "").await, before.0);
    assert_eq!(detail(&zhou, id, plate).await, before.1);
    assert_eq!(hashes(&queue(&zhou, "state=accepted").await).len(), 0);
    assert_eq!(queue(&zhou, "state=all").await["items"][1]["state"], "waiting");
    // The first supervisor is through with it.
    assert_eq!(hashes(&queue(&li, "").await), [register.to_string()]);
    assert_eq!(hashes(&queue(&li, "state=accepted").await), [plate.to_string()]);
    // The second verdict is no conflict, and changes nothing.
    judge(&zhou, id, plate, "retake").await;
    assert_eq!(detail(&li, id, plate).await["verdict"]["decision"], "accepted");
    assert_eq!(detail(&zhou, id, plate).await["verdict"]["decision"], "retake");
    assert_eq!(hashes(&queue(&zhou, "").await), [register.to_string()]);
    let agreement: Value = li.get("/api/review/agreement").await.json().await.unwrap();
    assert_eq!(
        (agreement["pairs"].as_u64(), agreement["percent"].as_f64()),
        (Some(1), Some(0.0))
    );
    assert_eq!(agreement["kappa"].as_f64(), Some(0.0));
    assert_eq!(bureau.remade().await, 0);
}
