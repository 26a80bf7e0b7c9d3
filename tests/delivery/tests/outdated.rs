//! Leads that a program with another schema stored in the outbox.

#[path = "../../../telecrm-runtime/tests/capture/mod.rs"]
#[allow(dead_code, reason = "a helper of other tests, too")]
mod capture;

use delivery_tests::Lead;
use telecrm_emulator::Emulator;
use telecrm_outbox::Outbox;
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, Misfit, PreparedLead, RetryPolicy, phone};
use tokio::task::JoinSet;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// An entry of a program whose schema had a field `batch` and an option `Fax`.
const OLDER: &str =
    r#"{"fields":{"phone":"919999999999","batch":"morning","contact_source":"Fax"}}"#;

#[tokio::test]
async fn outdated_entries_are_listed_at_start_and_sent_unchanged() {
    let telecrm = Emulator::builder().schema_file(SCHEMA).start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    let enterprise = Some(telecrm.enterprise_id());
    let stored = |enterprise, body| PreparedLead::from_json(enterprise, "919999999999", body);
    // More entries than one read returns.
    let lead = Lead::new(phone!("919999999999"));
    let entries: JoinSet<_> = (0..1_500).map(|_| outbox.enqueue(&lead)).collect();
    assert!(entries.join_all().await.iter().all(Result::is_ok));
    let older = outbox.enqueue_prepared(stored(enterprise, OLDER).unwrap()).await.unwrap();
    outbox.enqueue_prepared(stored(Some("another"), OLDER).unwrap()).await.unwrap();
    let unnamed = outbox.enqueue_prepared(stored(None, r#"{"fields":{}}"#).unwrap()).await.unwrap();

    let outdated = outbox.outdated::<Lead>().await.unwrap();
    let found: Vec<_> = outdated.iter().map(|(id, _)| *id).collect();
    assert_eq!(found, [older, unnamed]);
    let paths: Vec<_> = outdated[0].1.misfits().iter().map(Misfit::path).collect();
    assert_eq!(paths, ["fields.batch", "fields.contact_source"]);

    let log = capture::Everything::default();
    let _guard = tracing::subscriber::set_default(log.clone());
    let client = Client::builder(
        EnterpriseId::parse(telecrm.enterprise_id()).unwrap(),
        AsyncToken::parse(telecrm.async_token()).unwrap(),
    )
    .base_url(telecrm.url())
    .retry(RetryPolicy::never())
    .build()
    .unwrap();
    let mut worker = outbox.deliver(client).report_outdated::<Lead>().start();
    worker.ready().await.unwrap();
    let reported = log.text();
    worker.stop().await.unwrap();
    let listed = |text: &str| reported.lines().filter(|line| line.contains(text)).count();
    assert_eq!(listed("an entry is of another schema"), 2, "{reported}");
    assert!(
        reported.contains(&format!("entry={older} ")) && reported.contains("fields.batch"),
        "{reported}"
    );
    assert_eq!(listed("entries=2"), 1, "{reported}");
    assert!(!reported.contains("morning") && !reported.contains("Fax"), "no values: {reported}");
}
