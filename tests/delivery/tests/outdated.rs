//! Leads that a program with another schema stored.

#[path = "../../../telecrm-runtime/tests/capture/mod.rs"]
#[allow(dead_code, reason = "a helper of other tests, too")]
mod capture;

use delivery_tests::Lead;
use telecrm_emulator::Emulator;
use telecrm_outbox::Outbox;
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, Misfit, PreparedLead, RetryPolicy, phone};
use tokio::task::JoinSet;

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// Stored by a program whose schema had a field `batch` and an option `Fax`.
const OLDER: &str =
    r#"{"fields":{"phone":"919999999999","batch":"morning","contact_source":"Fax"}}"#;

#[tokio::test]
async fn entries_that_a_newer_schema_refuses_are_listed_at_start_and_sent_as_they_were_stored() {
    let telecrm = Emulator::builder().schema_file(SCHEMA).start().await.unwrap();
    let directory = tempfile::tempdir().unwrap();
    let outbox = Outbox::open(directory.path().join("leads.db")).await.unwrap();
    let enterprise = Some(telecrm.enterprise_id());
    let stored = |enterprise, body| PreparedLead::from_json(enterprise, "919999999999", body);
    // More than are read at once.
    let lead = Lead::new(phone!("919999999999"));
    let many: JoinSet<_> = (0..1_500).map(|_| outbox.enqueue(&lead)).collect();
    assert!(many.join_all().await.iter().all(Result::is_ok));
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
    let worker = outbox.deliver(client).report_outdated::<Lead>().start().await.unwrap();
    let told = log.text();
    worker.stop().await.unwrap();
    let listed = |what: &str| told.lines().filter(|line| line.contains(what)).count();
    assert_eq!(listed("an entry is of another schema"), 2, "{told}");
    assert!(told.contains(&format!("entry={older} ")) && told.contains("fields.batch"), "{told}");
    assert_eq!(listed("entries=2"), 1, "{told}");
    assert!(!told.contains("morning") && !told.contains("Fax"), "no values: {told}");
}
