//! `outbox`, while a library stores and delivers.

use std::ffi::OsStr;
use std::process::Command;

use assert_cmd::cargo::cargo_bin;
use serde_json::{Value, json};
use telecrm_emulator::Emulator;
use telecrm_outbox::{HeldLead, Outbox};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, PreparedLead};

/// Exit code, stdout and stderr.
fn outbox(database: impl AsRef<OsStr>, arguments: &[&str]) -> (i32, String, String) {
    let mut command = Command::new(cargo_bin("cargo-telecrm"));
    command.env_remove("TELECRM_ASYNC_TOKEN").env_remove("TELECRM_ENTERPRISE_ID");
    command.args(["telecrm", "outbox"]).args(arguments).arg("--outbox").arg(database);
    let output = command.output().expect("the program runs");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code().expect("it exits"), text(output.stdout), text(output.stderr))
}

fn json_of(database: impl AsRef<OsStr>, arguments: &[&str]) -> Value {
    let (code, out, err) = outbox(database, &[arguments, &["--format", "json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{arguments:?}");
    serde_json::from_str(&out).expect("JSON")
}

async fn fill(outbox: &Outbox) {
    for (key, name) in [("919000000001", "a"), ("919000000002", "b\u{1b}[31m")] {
        let body = json!({ "fields": { "phone": key, "name": name } }).to_string();
        let lead = PreparedLead::from_json(None, key, &body).unwrap();
        outbox.enqueue_prepared(lead).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operator_sees_and_decides_while_the_service_runs() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    operate(path.as_os_str(), &Outbox::open(&path).await.unwrap()).await;
}

#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread")]
async fn an_operator_works_on_postgresql_too_and_no_text_holds_the_password() {
    let (code, sql, _) = outbox("postgres://u:s3cret@127.0.0.1:1/d", &["migrate", "--print"]);
    assert!(code == 0 && sql.contains("telecrm.entries ("), "{sql}");
    let wrong = [
        "postgres://u:s3cret@127.0.0.1:1/d",
        "postgres:/u:s3cret@127.0.0.1/d",
        "postgresql://u:s3cret@127.0.0.1:none/d",
        "mysql://u:s3cret@127.0.0.1/d",
    ];
    for url in wrong {
        let (code, out, err) = outbox(url, &["status"]);
        assert!(code == 2 && !out.contains("s3cret") && !err.contains("s3cret"), "{out}{err}");
        assert!(err.contains("PostgreSQL"), "{err}");
    }
    let cluster = std::env::var("TELECRM_TEST_POSTGRES").ok().filter(|url| !url.is_empty());
    let Some(cluster) = cluster else {
        eprintln!("SKIPPED: TELECRM_TEST_POSTGRES names no PostgreSQL");
        return;
    };
    let (client, connection) =
        tokio_postgres::connect(&cluster, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let name = format!("outbox_operator_{}", std::process::id());
    client.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")).await.unwrap();
    client.batch_execute(&format!("CREATE DATABASE {name}")).await.unwrap();
    let database = format!("{}/{name}", cluster.rsplit_once('/').unwrap().0);
    let (code, _, err) = outbox(&database, &["status"]);
    assert!(code == 2 && err.contains("no tables"), "{err}");
    assert_eq!(outbox(&database, &["migrate"]).0, 0);
    assert_eq!(outbox(&database, &["migrate"]).0, 0, "a second time changes nothing");
    // As in `main`: the outbox in this package has no provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    operate(OsStr::new(&database), &Outbox::connect(&database).await.unwrap()).await;
}

/// The work of an operator while a service with two leads runs.
async fn operate(path: &OsStr, service: &Outbox) {
    fill(service).await;
    let counts = json_of(path, &["status"]);
    assert_eq!((&counts["queued"], &counts["refused"]), (&json!(2), &json!(0)));
    assert!(counts["oldest_queued_seconds"].is_u64());
    let (code, out, _) = outbox(path, &["status", "--fail-if-older", "10m"]);
    assert!(code == 0 && out.contains("queued"), "{out}");

    let listed = json_of(path, &["list", "--state", "queued"]);
    assert_eq!(listed.as_array().unwrap().len(), 2);
    assert_eq!(listed[0]["lead_key"], "919000000001");
    let id = listed[0]["id"].to_string();
    assert_eq!(json_of(path, &["show", &id])["body"]["fields"]["name"], "a");
    let second = listed[1]["id"].to_string();
    let (_, shown, _) = outbox(path, &["show", &second]);
    assert!(!shown.contains('\u{1b}'), "a terminal obeys nothing of it: {shown:?}");

    assert_eq!(json_of(path, &["retry", &id]), json!({ "id": 1, "state": "queued" }));
    assert_eq!(json_of(path, &["discard", &id]), json!({ "id": 1, "state": "discarded" }));
    assert_eq!(json_of(path, &["erase", "+91 90000-00002"]), json!({ "erased": 1 }));
    let (code, out, _) = outbox(path, &["erase", "+91 90000-00002"]);
    assert_eq!((code, out.as_str()), (1, "0 rows erased\n"), "nothing is left");
    let stats = service.stats().await.unwrap();
    assert_eq!((stats.queued, stats.discarded), (0, 1));
    assert_eq!(json_of(path, &["list"]), json!([]));
    pauses_and_decisions(path, service).await;
}

async fn pauses_and_decisions(path: &OsStr, service: &Outbox) {
    let pauses = |database: bool, enterprises: &[&str]| json!({ "paused_by_operator": database, "paused_enterprises": enterprises });
    assert_eq!(json_of(path, &["pause"]), pauses(true, &[]));
    assert_eq!(json_of(path, &["pause", "--enterprise", "acme"]), pauses(true, &["acme"]));
    let status = json_of(path, &["status"]);
    assert_eq!(status["paused_by_operator"], true);
    assert_eq!((&status["paused_enterprises"], &status["workers"]), (&json!(["acme"]), &json!([])));
    assert!(status["oldest_seconds"]["discarded"].is_u64(), "{status}");
    let (_, status, _) = outbox(path, &["status"]);
    for text in ["No worker reports", "outbox resume --enterprise acme", "   the oldest for "] {
        assert!(status.contains(text), "{text}: {status}");
    }
    assert_eq!(json_of(path, &["resume"]), pauses(false, &["acme"]));
    assert_eq!(json_of(path, &["resume", "--enterprise", "acme"]), pauses(false, &[]));

    assert_eq!(json_of(path, &["stuck"]), json!([]));
    fill(service).await;
    let queued = json_of(path, &["list", "--state", "queued"]);
    let ids: Vec<String> = (0..2).map(|index| queued[index]["id"].to_string()).collect();
    // An error of one entry does not end the others.
    let (code, out, err) = outbox(path, &["discard", "98", &ids[0], "99"]);
    assert_eq!((code, out), (2, format!("entry {} is discarded\n", ids[0])));
    assert!(
        err.contains("there is no entry 98") && err.contains("2 decisions failed: 98 99"),
        "{err}"
    );
    assert_eq!(outbox(path, &["retry"]).0, 2, "neither ids nor a state");
    assert_eq!(outbox(path, &["retry", "1", "--state", "refused"]).0, 2);
    assert_eq!(outbox(path, &["retry", "1", "--reason", "x"]).0, 2);
    let (code, out, _) = outbox(path, &["discard", "--state", "queued"]);
    assert_eq!((code, out), (0, format!("entry {} is discarded\n", ids[1])));
    assert_eq!(outbox(path, &["discard", "--state", "queued"]).0, 0, "there are none");
}

/// Refused entries of two reasons, and an entry that fails.
async fn fill_with_decisions(path: &std::path::Path) {
    let service = Outbox::open(path).await.unwrap();
    fill(&service).await;
    fill(&service).await;
    let connection = telecrm_outbox::rusqlite::Connection::open(path).unwrap();
    let sql = "UPDATE telecrm_outbox_entries
         SET state = 4, head = 0, settled_at = 1,
             reason = CASE id WHEN 2 THEN 'no permission (403)' ELSE 'too long' END WHERE id < 4;
         UPDATE telecrm_outbox_entries
         SET attempts = 7, reason = 'status 500', enqueued_at = enqueued_at - 3600001, head = 1
         WHERE id = 4;";
    connection.execute_batch(sql).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_and_discard_select_by_state_and_reason() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    fill_with_decisions(&path).await;
    let (code, out, _) = outbox(&path, &["retry", "--state", "refused", "--reason", "permission"]);
    assert_eq!((code, out.as_str()), (0, "entry 2 is queued\n"));
    let discard = ["discard", "--state", "refused", "--format", "json"];
    let (code, out, _) = outbox(&path, &discard);
    let discarded = "{\"id\":1,\"state\":\"discarded\"}\n{\"id\":3,\"state\":\"discarded\"}\n";
    assert_eq!((code, out.as_str()), (0, discarded));
}

#[tokio::test(flavor = "multi_thread")]
async fn stuck_lists_entries_that_fail_and_resend_enqueues_a_closed_entry() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    fill_with_decisions(&path).await;
    let stuck = json_of(&path, &["stuck"]);
    assert_eq!((stuck.as_array().unwrap().len(), &stuck[0]["id"]), (1, &json!(4)));
    assert_eq!(json_of(&path, &["stuck", "--older-than", "2h"]), json!([]));
    let (_, text, _) = outbox(&path, &["stuck"]);
    assert!(text.contains("status 500") && text.contains("cargo telecrm outbox retry 4"), "{text}");

    assert_eq!(json_of(&path, &["resend", "1"]), json!({ "id": 1, "resent_as": 5 }));
    let old = json_of(&path, &["show", "1"]);
    assert_eq!(
        (&old["state"], &old["reason"]),
        (&json!("discarded"), &json!("sent again as entry 5"))
    );
    assert_eq!(json_of(&path, &["show", "5"])["state"], "queued");
    assert_eq!(outbox(&path, &["resend", "1"]).0, 2, "once");
    assert_eq!(outbox(&path, &["resend", "4", "--with-actions"]).0, 2, "it is open");
}

#[tokio::test(flavor = "multi_thread")]
async fn erase_searches_the_bytes_of_held_leads() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    fill(&service).await;
    for body in [r#"{"tel":"90000 00001"}"#, "phone=%2B91+90000-00001", "tel=919000000009"] {
        service.hold(HeldLead::new("/webhook", body)).await.unwrap();
    }
    assert_eq!(json_of(&path, &["erase", "09000000001"]), json!({ "erased": 3 }));
    let stats = service.stats().await.unwrap();
    assert_eq!((stats.queued, stats.held), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_delivery_is_paused_and_actions_are_left_out() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    fill(&service).await;
    let emulator = Emulator::builder().schema_yaml(SCHEMA).start().await.unwrap();
    let id = EnterpriseId::parse(emulator.enterprise_id()).unwrap();
    let token = AsyncToken::parse(emulator.async_token()).unwrap();
    let client = Client::builder(id, token).base_url(emulator.url()).allow_plain_http();
    service.pause().await.unwrap();
    let mut worker = service.deliver(client.build().unwrap()).start();
    worker.ready().await.unwrap();
    let (code, _, err) = outbox(&path, &["after-restore"]);
    assert!(code == 2 && err.contains("another worker"), "{err}");
    worker.stop().await.unwrap();
    service.resume().await.unwrap();
    let restored = json_of(&path, &["after-restore", "--discard-before", "2020-01-01T00:00:00Z"]);
    assert_eq!(restored, json!({ "discarded": 0, "marked": 2 }));
    assert_eq!(json_of(&path, &["status"])["paused_by_operator"], true);
    let everything = ["after-restore", "--discard-before", "2999-01-01T00:00:00Z"];
    assert_eq!(json_of(&path, &everything), json!({ "discarded": 2, "marked": 0 }));
    assert_eq!(outbox(&path, &["after-restore", "--discard-before", "yesterday"]).0, 2);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn deliver_sends_until_a_signal_and_is_listed_as_a_worker() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    fill(&service).await;
    let emulator = Emulator::builder().schema_yaml(SCHEMA).start().await.unwrap();
    let mut command = Command::new(cargo_bin("cargo-telecrm"));
    command.args(["telecrm", "outbox", "deliver", "--verify", "--outbox"]).arg(&path);
    command.stderr(std::process::Stdio::piped());
    let mut child = command
        .env("TELECRM_ENTERPRISE_ID", emulator.enterprise_id())
        .env("TELECRM_ASYNC_TOKEN", emulator.async_token())
        .env("TELECRM_ASYNC_URL", emulator.url())
        .env("TELECRM_SYNC_TOKEN", emulator.sync_token())
        .env("TELECRM_SYNC_URL", emulator.sync_url())
        .spawn()
        .unwrap();
    // telecrm stores the second name differently.
    for _ in 0..10_000 {
        let stats = service.stats().await.unwrap();
        if stats.verified > 0 && stats.queued + stats.sending == 0 {
            break;
        }
        assert!(child.try_wait().unwrap().is_none(), "it ended");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert!(service.stats().await.unwrap().verified > 0);
    let workers = json_of(&path, &["status"])["workers"].clone();
    assert_eq!(
        (&workers[0]["pid"], &workers[0]["status"]),
        (&json!(child.id()), &json!("delivering"))
    );
    assert!(workers[0]["cause"].is_null() && workers[0]["since"].is_u64(), "{workers}");
    let (_, status, _) = outbox(&path, &["status"]);
    assert!(status.contains(&format!(" {}: delivering for ", child.id())), "{status}");
    let killed = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
    assert!(killed.unwrap().success());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8(output.stderr).unwrap().contains("delivering"));
    assert_eq!(json_of(&path, &["status"])["workers"], json!([]));
    // Without the environment nothing begins.
    let (code, _, err) = outbox(&path, &["deliver"]);
    assert!(code == 2 && err.contains("TELECRM_"), "{err}");
}

#[tokio::test(flavor = "multi_thread")]
async fn status_list_and_erase_accept_an_enterprise_and_status_prints_each() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    for enterprise in [Some("acme"), Some("acme"), Some("gupta"), None] {
        let body = r#"{"fields":{"phone":"919000000001"}}"#;
        let lead = PreparedLead::from_json(enterprise, "919000000001", body).unwrap();
        service.enqueue_prepared(lead).await.unwrap();
    }
    let gupta = telecrm_runtime::EnterpriseId::parse("gupta").unwrap();
    service.enterprise(&gupta).pause().await.unwrap();

    let (code, out, _) = outbox(&path, &["status"]);
    assert_eq!(code, 0);
    for line in [
        "enterprise                  open need a decision",
        "(none)                         1               0",
        "acme                           2               0",
        "gupta                          1               0  paused by an operator",
        "1 open entry is without enterprise.",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let counts = json_of(&path, &["status"]);
    let enterprises = counts["enterprises"].as_array().unwrap();
    assert_eq!(enterprises.len(), 3);
    assert_eq!(enterprises[2]["enterprise_id"], "gupta");
    assert_eq!(enterprises[2]["paused_by_operator"], true);
    assert_eq!(
        (&enterprises[1]["queued"], &enterprises[1]["has_client"]),
        (&json!(2), &json!(false))
    );
    assert_eq!(json_of(&path, &["status", "--enterprise", "acme"])["queued"], 2);
    let listed = json_of(&path, &["list", "--state", "queued", "--enterprise", "gupta"]);
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["id"]), (1, &json!(3)));
    let erased = json_of(&path, &["erase", "919000000001", "--enterprise", "acme"]);
    assert_eq!(erased, json!({ "erased": 2 }));
    assert_eq!(json_of(&path, &["status"])["queued"], 2);
}

const SCHEMA: &str = "
enterprise: { id: acme }
customFields:
  - { apiName: phone, type: PHONE, isLeadid: true }
  - { apiName: name, type: TEXT }
  - { apiName: course, type: DROPDOWN, options: [Web, Data] }
";

#[tokio::test(flavor = "multi_thread")]
async fn a_held_lead_is_corrected_and_released() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    let path = file("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    let bytes = service.hold(HeldLead::new("/webhook", &b"\xff\x00"[..])).await.unwrap();
    let text = service
        .hold(HeldLead::new("/webhook", r#"{"course":"Cooking"}"#).reasons(["phone: missing"]))
        .await
        .unwrap();
    let counts = json_of(&path, &["status"]);
    assert_eq!((&counts["held"], &counts["unassigned"]), (&json!(2), &json!(0)));
    let listed = json_of(&path, &["list", "--state", "held"]);
    assert_eq!(listed[1]["reason"], "phone: missing");
    let (_, list, _) = outbox(&path, &["list"]);
    assert!(list.contains(&format!("cargo telecrm outbox release {bytes} BODY")), "{list}");
    let shown = json_of(&path, &["show", &bytes.to_string()]);
    assert_eq!((&shown["body"], &shown["body_base64"]), (&Value::Null, &json!("/wA=")));
    let (_, shown, _) = outbox(&path, &["show", &bytes.to_string()]);
    assert!(shown.contains("(base64) /wA="), "{shown}");
    let shown = json_of(&path, &["show", &text.to_string()]);
    assert_eq!(
        (&shown["body"]["course"], &shown["source"]),
        (&json!("Cooking"), &json!("/webhook"))
    );

    std::fs::write(file("schema.yaml"), SCHEMA).unwrap();
    let release = |body: &str| {
        std::fs::write(file("body.json"), body).unwrap();
        let (id, schema, body) = (text.to_string(), file("schema.yaml"), file("body.json"));
        outbox(&path, &["release", &id, &body, "--schema", &schema, "--format", "json"])
    };
    // telecrm would drop the label: nothing is stored.
    let wrong = r#"{"fields":{"phone":"919876501234","course":"Cooking"}}"#;
    for body in [wrong, r#"{"course":"Web"}"#, "{", "{} {}", ""] {
        let (code, _, err) = release(body);
        assert!(code == 2 && !err.is_empty(), "{body}: {err}");
    }
    assert_eq!(service.stats().await.unwrap().held, 2);
    let (code, out, err) = release(r#"{"fields":{"phone":"919876501234","course":"Web"}}"#);
    assert_eq!((code, err.as_str()), (0, ""));
    let released: Value = serde_json::from_str(&out).unwrap();
    let entry = service.entry(released["released_as"].as_i64().unwrap().into()).await.unwrap();
    let entry = entry.unwrap();
    assert_eq!((entry.lead_key(), entry.enterprise_id()), ("919876501234", Some("acme")));
    let counts = service.stats().await.unwrap();
    assert_eq!((counts.held, counts.queued, counts.discarded), (1, 1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unconfirmed_entry_is_confirmed_and_entries_get_an_enterprise() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let service = Outbox::open(&path).await.unwrap();
    fill(&service).await;
    let connection = telecrm_outbox::rusqlite::Connection::open(&path).unwrap();
    let unconfirmed = "UPDATE telecrm_outbox_entries
         SET state = 3, actions = 2, settled_at = 1, reason = 'no response' WHERE id = 1";
    connection.execute(unconfirmed, []).unwrap();
    let (_, list, _) = outbox(&path, &["list"]);
    for next in ["confirm 1 ", "retry 1 --with-actions", "discard 1 "] {
        assert!(list.contains(&format!("cargo telecrm outbox {next}")), "{list}");
    }
    assert_eq!(json_of(&path, &["confirm", "1"]), json!({ "id": 1, "state": "verified" }));
    let entry = service.entry(1.into()).await.unwrap().unwrap();
    assert_eq!(entry.reason(), Some("confirmed by an operator"));
    assert_eq!(outbox(&path, &["confirm", "1"]).0, 2, "it is closed");

    assert_eq!(json_of(&path, &["status"])["unassigned"], 1);
    let (_, status, _) = outbox(&path, &["status"]);
    assert!(status.contains("cargo telecrm outbox assign ENTERPRISE"), "{status}");
    assert_eq!(json_of(&path, &["assign", "acme"]), json!({ "assigned": 1, "unassigned": 0 }));
    assert_eq!(outbox(&path, &["assign", "no enterprise"]).0, 2);
    let entry = service.entry(2.into()).await.unwrap().unwrap();
    assert_eq!(entry.enterprise_id(), Some("acme"));
}

#[test]
fn only_migrate_upgrades_tables_of_version_1() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let fixture =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../telecrm-outbox/tests/fixtures/version_1.db");
    std::fs::copy(fixture, &path).unwrap();
    let (code, _, err) = outbox(&path, &["status"]);
    assert!(code == 2 && err.contains("outbox migrate"), "{err}");
    assert_eq!(outbox(&path, &["migrate"]).0, 0);
    assert_eq!(json_of(&path, &["status"])["queued"], 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn monitoring_fails_if_an_entry_has_waited_for_too_long() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    fill(&Outbox::open(&path).await.unwrap()).await;
    let connection = telecrm_outbox::rusqlite::Connection::open(&path).unwrap();
    let sql = "UPDATE telecrm_outbox_entries SET enqueued_at = enqueued_at - 700000";
    connection.execute(sql, []).unwrap();
    let (code, out, err) = outbox(&path, &["status", "--fail-if-older", "10m"]);
    assert_eq!(code, 2);
    assert!(out.contains("queued") && err.contains("has waited for 11m"), "{out}{err}");
    assert_eq!(outbox(&path, &["status", "--fail-if-older", "12m"]).0, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn erase_reports_data_that_is_still_in_the_journal() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    fill(&Outbox::open(&path).await.unwrap()).await;
    let backup = telecrm_outbox::rusqlite::Connection::open(&path).unwrap();
    backup.execute_batch("BEGIN; SELECT count(*) FROM telecrm_outbox_entries").unwrap();
    let (code, out, err) = outbox(&path, &["erase", "919000000002"]);
    assert!(out.contains("1 row erased"), "{out}");
    assert!(code == 2 && err.contains("still in the journal"), "{err}");
    backup.execute_batch("COMMIT").unwrap();
}

#[test]
fn failures_exit_2_and_create_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.db");
    let (code, _, err) = outbox(&path, &["status"]);
    assert!(code == 2 && err.contains("there is no database"), "{err}");
    assert!(!path.exists());
    // A database of others gets no tables by being looked at.
    let connection = telecrm_outbox::rusqlite::Connection::open(&path).unwrap();
    connection.execute_batch("CREATE TABLE orders (id INTEGER)").unwrap();
    let (code, _, err) = outbox(&path, &["status"]);
    assert!(code == 2 && err.contains("no tables"), "{err}");
    let (code, out, _) = outbox(&path, &["migrate", "--print"]);
    assert!(code == 0 && out.contains("CREATE TABLE telecrm_outbox_entries"), "{out}");
    assert_eq!(outbox(&path, &["migrate"]).0, 0);
    assert_eq!(outbox(&path, &["status"]).0, 0);
    for wrong in
        [&["show", "99"][..], &["retry", "99"], &["discard", "99"], &["list", "--state", "x"]]
    {
        assert_eq!(outbox(&path, wrong).0, 2, "{wrong:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn printed_commands_name_the_database_of_the_call() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("the leads of 2026.db");
    let (_, _, missing) = outbox(&path, &["list"]);
    assert!(missing.contains("cargo telecrm outbox migrate --outbox '/"), "{missing}");
    fill(&Outbox::open(&path).await.unwrap()).await;
    let (_, list, _) = outbox(&path, &["list", "--state", "queued"]);
    let line = list.lines().find(|line| line.contains("outbox discard 1")).expect("a command");
    let words = shlex::split(line.split("  never").next().unwrap().trim()).unwrap();
    // The printed command is complete: this call adds no option.
    let output = Command::new(cargo_bin("cargo-telecrm")).args(&words[1..]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), "entry 1 is discarded\n", "{words:?}");
    let (_, paused, _) = outbox(&path, &["pause"]);
    assert!(paused.contains("cargo telecrm outbox resume --outbox '/"), "{paused}");

    let mut with_variable = Command::new(cargo_bin("cargo-telecrm"));
    with_variable.env("TELECRM_OUTBOX", &path).args(["telecrm", "outbox", "pause"]);
    let output = String::from_utf8(with_variable.output().unwrap().stdout).unwrap();
    assert!(output.contains("cargo telecrm outbox resume\n"), "{output}");
}
