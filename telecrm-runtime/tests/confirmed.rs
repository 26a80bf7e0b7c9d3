//! Confirmed writes of the Sync API's client against a scripted server on loopback.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::time::Duration;

use common::{TestAction, TestLead, Visit};
use telecrm_runtime::sync::{Client, Error, Lead};
use telecrm_runtime::{
    Currency, EnterpriseId, Payment, PaymentStatus, Rating, RetryPolicy, SyncToken, amount, phone,
};
use test_support::http::{Reply, Request, Server};

const CREATED: &str = r#"{"lead_id":"5f","actions":[
    {"action_id":"a1","status":"CREATED"},{"action_id":null,"status":"IGNORED"}],
    "remarks":[{"field":"actions[1].amount","status":"IGNORED","remark":"5000 is too much"}]}"#;

fn client(enterprise: &str, url: &str, policy: RetryPolicy) -> Client {
    let enterprise_id = EnterpriseId::parse(enterprise).unwrap();
    Client::builder(enterprise_id, SyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .reads_per_second(1_000)
        .timeout(Duration::from_secs(30))
        .retry(policy.base_backoff(Duration::ZERO))
        .build()
        .unwrap()
}

fn patient(url: &str) -> Client {
    // `resend_actions` does not apply to the Sync API.
    client("acme", url, RetryPolicy::default().resend_actions())
}

fn fields_only() -> TestLead {
    TestLead::new(phone!("919999999999")).name("Jane Doe").rating(Rating::FOUR)
}

fn lead() -> TestLead {
    let mut lead = fields_only();
    let visited = "2026-01-01T00:00:00Z".parse().unwrap();
    lead.actions = vec![
        TestAction::Visit(
            Visit::new().note("came").created_on(Some::<telecrm_runtime::Date>(visited)),
        ),
        TestAction::Payment(Payment::new(PaymentStatus::Pending, Currency::Inr, amount!("5000"))),
    ];
    lead
}

fn created(body: &str) -> Reply {
    Reply::new("201 Created", "", body)
}

fn envelope(status: &str, code: &str) -> Reply {
    let body = format!(r#"{{"error":{{"code":"{code}","message":"Jane 919999999999"}}}}"#);
    Reply::new(status, "", body)
}

#[tokio::test]
async fn point_1_created_lead_has_its_id_outcomes_and_remarks() {
    let server = Server::replies([created(CREATED)]);
    let created = patient(&server.url()).create(&lead()).await.unwrap();
    assert_eq!(created.lead_id, "5f");
    let actions: Vec<_> =
        created.actions.iter().map(|action| (action.action_id(), action.is_created())).collect();
    assert_eq!(actions, [(Some("a1"), true), (None, false)]);
    assert_eq!(created.remarks[0].path(), "actions[1].amount");
    assert_eq!(created.remarks[0].text(), "5000 is too much");
    assert!(!created.is_complete());
    assert!(!format!("{created:?}").contains("5000"));

    let request = server.requests().remove(0);
    assert_eq!(request.line(), "POST /enterprise/acme/lead HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(
        request.body,
        concat!(
            r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe","rating":4},"actions":["#,
            r#"{"type":"1001","fields":{"note":"came"},"created_on":1767225600000},"#,
            r#"{"type":"PAYMENT","status":"PENDING","currency":"INR","amount":"5000"}]}"#,
        ),
        "types have no prefix"
    );
}

#[tokio::test]
async fn point_1_update_sends_the_fields_without_the_identifier() {
    let server = Server::replies([Reply::ok(r#"{"fields":{}}"#)]);
    let client = patient(&server.url());
    client.update("5f/1", &fields_only()).await.unwrap();
    let error = client.update("5f", &lead()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error}");
    let error = client.update("", &fields_only()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error}");
    let requests = server.requests();
    let lines: Vec<_> = requests.iter().map(Request::line).collect();
    assert_eq!(lines, ["POST /enterprise/acme/lead/5f%2F1 HTTP/1.1"]);
    assert_eq!(requests[0].body, r#"{"fields":{"Full Name":"Jane Doe","rating":4}}"#);
}

#[tokio::test]
async fn point_1_appended_actions_are_sent_without_the_fields() {
    let server = Server::replies([Reply::ok(CREATED)]);
    let client = patient(&server.url());
    let appended = client.append_actions("5f", &lead()).await.unwrap();
    assert_eq!((appended.actions.len(), appended.remarks.len()), (2, 1));
    assert!(!appended.is_complete());
    let error = client.append_actions("5f", &fields_only()).await.unwrap_err();
    assert!(matches!(error, Error::InvalidRequest { .. }), "{error}");
    let request = server.requests().remove(0);
    assert_eq!(request.line(), "POST /enterprise/acme/lead/5f/action HTTP/1.1");
    assert!(request.body.starts_with(r#"{"actions":[{"type":"1001","#), "{}", request.body);
}

#[tokio::test]
async fn point_1_payment_status_is_the_only_changed_value() {
    let server = Server::replies([Reply::ok(r#"{"type":"PAYMENT"}"#)]);
    let client = patient(&server.url());
    client.set_payment_status("5f", "a1", PaymentStatus::Completed).await.unwrap();
    let request = server.requests().remove(0);
    assert_eq!(request.line(), "POST /enterprise/acme/lead/5f/action/a1 HTTP/1.1");
    let status = serde_json::json!({ "type": "PAYMENT", "status": "COMPLETED" });
    assert_eq!(request.json(), status);
}

#[tokio::test]
async fn point_1_existing_lead_is_its_own_error() {
    let server = Server::replies([envelope("409 Conflict", "LEAD_ALREADY_EXISTS")]);
    let error = patient(&server.url()).create(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::LeadExists));
    assert_eq!((error.status(), error.kind()), (Some(409), "lead_exists"));
    assert!(error.has_telecrm_envelope() && !error.is_ambiguous() && !error.is_retryable());
    let other = Server::replies([Reply::new("409 Conflict", "", "<html>")]);
    let error = patient(&other.url()).create(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::Rejected { status: 409, .. }), "{error}");
}

#[tokio::test]
async fn point_1_d33_lead_of_another_enterprise_is_not_written() {
    let server = Server::replies([created(CREATED)]);
    let client = client("other", &server.url(), RetryPolicy::default());
    for error in [
        client.create(&lead()).await.unwrap_err(),
        client.update("5f", &fields_only()).await.unwrap_err(),
        client.append_actions("5f", &lead()).await.unwrap_err(),
    ] {
        assert!(matches!(error, Error::WrongEnterprise { .. }), "{error}");
    }
    assert_eq!(server.requests(), []);
}

#[tokio::test]
async fn point_1_d36_write_that_telecrm_may_have_received_is_not_repeated() {
    let unclear = [
        ("no response", Reply::close()),
        ("a server error", Reply::new("500 Internal Server Error", "", "")),
        ("a timeout of the server", Reply::new("408 Request Timeout", "", "")),
        ("a login page", Reply::ok("<html>")),
        ("another JSON", created(r#"{"status":"QUEUED"}"#)),
        ("half a response", Reply::raw("HTTP/1.1 201 Created\r\nContent-Length: 99\r\n\r\n{")),
        ("another status", Reply::new("202 Accepted", "", CREATED)),
    ];
    for (name, reply) in unclear {
        let server = Server::replies([reply]);
        let client = patient(&server.url());
        let error = client.create(&lead()).await.unwrap_err();
        assert!(error.is_ambiguous(), "{name}: {error}");
        let error = client.append_actions("5f", &lead()).await.unwrap_err();
        assert!(error.is_ambiguous(), "{name}: {error}");
        assert_eq!(server.requests().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn point_1_write_that_telecrm_refused_for_now_is_repeated() {
    let wait = Reply::new("429 Too Many Requests", "Retry-After: 0\r\n", "");
    let server = Server::replies([wait.clone(), created(CREATED)]);
    assert_eq!(patient(&server.url()).create(&lead()).await.unwrap().lead_id, "5f");
    assert_eq!(server.requests().len(), 2);
    // An earlier refusal does not make the outcome ambiguous.
    let server = Server::replies([wait, envelope("409 Conflict", "LEAD_ALREADY_EXISTS")]);
    let error = patient(&server.url()).create(&lead()).await.unwrap_err();
    assert!(matches!(error, Error::LeadExists), "{error}");
}

#[tokio::test]
async fn point_1_update_is_repeated_because_it_only_sets_values() {
    let server = Server::replies([Reply::close(), Reply::ok(r#"{"fields":{}}"#)]);
    patient(&server.url()).update("5f", &fields_only()).await.unwrap();
    assert_eq!(server.requests().len(), 2);
    let refused = envelope("400 Bad Request", "BAD_REQUEST");
    let server = Server::replies([Reply::close(), refused]);
    let error = patient(&server.url()).update("5f", &fields_only()).await.unwrap_err();
    assert!(matches!(error, Error::EarlierUnconfirmed { .. }), "{error}");
    assert!(error.is_ambiguous());
}

#[tokio::test]
async fn point_5_refused_update_has_telecrms_reason_outside_its_text() {
    let server = Server::replies([envelope("400 Bad Request", "BAD_REQUEST")]);
    let error = patient(&server.url()).update("5f", &fields_only()).await.unwrap_err();
    assert_eq!(error.telecrm_message(), Some("Jane 919999999999"));
    assert_eq!(error.to_string(), "telecrm refused the request (400, BAD_REQUEST)");
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[tokio::test]
async fn point_1_writes_can_be_spawned() {
    let server = Server::replies([created(CREATED)]);
    let client = patient(&server.url());
    let creating = tokio::spawn(client.create(&lead()));
    assert_eq!(creating.await.unwrap().unwrap().lead_id, "5f");
}

async fn stored(body: &str) -> Lead {
    let server = Server::replies([Reply::ok(body)]);
    patient(&server.url()).lead("5f", true).await.unwrap()
}

#[tokio::test]
async fn point_4_typed_lead_has_its_actions_and_misfits_for_the_rest() {
    let stored = stored(
        r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe"},"actions":[
            {"action_id":"a4","created_on":5,"type":"OUTGOING_CALL","fields":{"duration":3}},
            {"action_id":"a3","created_on":5,"type":"PAYMENT","status":"PENDING","currency":"INR",
             "amount":"5000","performed_by":"a@example.com"},
            {"action_id":"a2","created_on":5,"type":"1001","fields":{"note":7,"score":1}},
            {"action_id":"a1","created_on":5,"type":"1001","fields":{"note":"came"}},
            {"action_id":"a0","created_on":5,"type":"ACTION_1001"},
            {"action_id":"b0","type":"PAYMENT","status":"PAID","currency":"INR","amount":"5"},
            {"action_id":"b1"}]}"#,
    )
    .await;
    let typed = stored.typed::<TestLead>().unwrap();
    assert_eq!(
        typed.lead.actions,
        [
            TestAction::Payment(Payment::new(
                PaymentStatus::Pending,
                Currency::Inr,
                amount!("5000")
            )),
            TestAction::Visit(Visit::new()),
            TestAction::Visit(Visit::new().note("came")),
            TestAction::Visit(Visit::new()),
        ]
    );
    let paths: Vec<_> = typed.misfits.iter().map(telecrm_runtime::Misfit::path).collect();
    assert_eq!(
        paths,
        [
            "actions[0].type",
            "actions[2].fields.note",
            "actions[2].fields.score",
            "actions[5].status",
            "actions[6].type",
        ]
    );
}
