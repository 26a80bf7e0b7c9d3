//! What becomes of a lead whatever the server does: with actions and without, under each policy.
// Without a crypto provider there is no client to test.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;
#[allow(dead_code, reason = "each test crate uses its part")]
mod scripted;

use std::time::Duration;

use common::{TestAction, TestLead, Visit};
use scripted::{Play, QUEUED, Server, answer, queued};
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, Currency, EnterpriseId, Error, Payment, PaymentStatus,
    RateLimit, Receipt, RetryPolicy, amount, phone,
};
use tokio::net::TcpListener;

fn client(url: &str, policy: RetryPolicy) -> Client {
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    Client::builder(enterprise_id, AsyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .timeout(Duration::from_millis(1_500))
        .retry(policy.base_backoff(Duration::from_millis(1)))
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap()
}

fn lead(with_actions: bool) -> TestLead {
    let mut lead = TestLead::new(phone!("919999999999"));
    lead.name = Some("Jane Doe".into());
    if with_actions {
        lead.actions = vec![
            TestAction::Visit(Visit { note: Some("done".into()), ..Visit::default() }),
            TestAction::Payment(Payment::new(
                PaymentStatus::Completed,
                Currency::Inr,
                amount!("5000"),
            )),
        ];
    }
    lead
}

/// The outcome in short: its kind, with what matters of it.
fn kind(outcome: &Result<Receipt, Error>) -> String {
    match outcome {
        Ok(receipt) => format!("{:?}", receipt.actions()),
        Err(Error::NotSent { .. }) => "not sent".to_owned(),
        Err(Error::NoResponse { .. }) => "may be received".to_owned(),
        Err(Error::Unauthorized) => "401".to_owned(),
        Err(Error::RateLimited { .. }) => "429".to_owned(),
        Err(Error::NotFound { .. }) => "404".to_owned(),
        Err(Error::Rejected { status, .. } | Error::Server { status, .. }) => status.to_string(),
        Err(Error::NotQueued { response, .. }) => format!("{}, not queued", response.status()),
        Err(Error::EarlierUnconfirmed { source, .. }) => {
            format!("may be received; {}", source.status().unwrap_or(0))
        }
        Err(error) => panic!("not expected here: {error:?}"),
    }
}

/// One row: what the server does, and what follows for a lead with actions under a policy of three
/// attempts.
struct Row {
    plays: Vec<Play>,
    /// Of the error, or what the receipt says of the actions.
    outcome: &'static str,
    ambiguous: bool,
    connections: usize,
    /// How often the actions were read by the server.
    actions: usize,
}

impl Row {
    fn ok<const N: usize>(plays: [Play; N], outcome: &'static str, actions: usize) -> Self {
        Self { plays: plays.into(), outcome, ambiguous: false, connections: N, actions }
    }

    fn failed<const N: usize>(
        plays: [Play; N],
        outcome: &'static str,
        ambiguous: bool,
        connections: usize,
        actions: usize,
    ) -> Self {
        Self { plays: plays.into(), outcome, ambiguous, connections, actions }
    }
}

fn status(line: &str) -> Play {
    answer(line, "", "oops")
}

/// A 503 of telecrm's own.
fn busy() -> Play {
    answer("503 Service Unavailable", "", r#"{"error":{"code":"BUSY","message":"later"}}"#)
}

fn limited(headers: &str) -> Play {
    answer("429 Too Many Requests", headers, "")
}

fn rows() -> Vec<Row> {
    use Play::{Answer, Close, Drip, ReadAndClose, Silence};

    let truncated = "HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"status\":\"QUE";
    let truncated = || Answer(truncated.to_owned());
    let half_a_head = || Answer("HTTP/1.1 200".to_owned());
    let nonsense = || Answer("SSH-2.0-OpenSSH\r\n".to_owned());
    let drip = || Drip(format!("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{QUEUED}"));
    let dates =
        "Date: Fri, 01 May 2026 12:00:00 GMT\r\nRetry-After: Fri, 01 May 2026 11:59:00 GMT\r\n";
    let far =
        "Date: Fri, 01 May 2026 12:00:00 GMT\r\nRetry-After: Fri, 01 May 2026 13:00:00 GMT\r\n";
    let html = || answer("200 OK", "Content-Type: text/html\r\n", "<html>Sign in</html>");
    let redirect = || answer("302 Found", "Location: https://login.example.com/\r\n", QUEUED);
    let huge = || answer("200 OK", "", &" ".repeat(10_000_000));

    vec![
        Row::ok([queued()], "Queued", 1),
        // Whatever leaves no doubt that telecrm has nothing is sent again as it was.
        Row::ok([limited("Retry-After: 0\r\n"), queued()], "Queued", 2),
        Row::ok([limited(dates), queued()], "Queued", 2),
        Row::ok([limited(""), limited(""), queued()], "Queued", 3),
        Row::failed([limited("")], "429", false, 3, 3),
        Row::failed([limited("Retry-After: 3600\r\n")], "429", false, 1, 1),
        Row::failed([limited(far)], "429", false, 1, 1),
        Row::ok([busy(), queued()], "Queued", 2),
        Row::ok([answer("503 Busy", "Retry-After: 0\r\n", ""), queued()], "Queued", 2),
        Row::failed([busy()], "503", false, 3, 3),
        Row::ok([status("421 Misdirected Request"), queued()], "Queued", 2),
        Row::failed([status("425 Too Early")], "425", false, 3, 3),
        // Whatever leaves a doubt: the fields again, the actions never.
        Row::ok([status("503 Service Unavailable"), queued()], "Unconfirmed", 1),
        Row::failed([status("503 Service Unavailable")], "503", true, 3, 1),
        Row::ok([status("408 Request Timeout"), queued()], "Unconfirmed", 1),
        Row::failed([status("408 Request Timeout")], "408", true, 3, 1),
        Row::ok([status("500 Internal Server Error"), queued()], "Unconfirmed", 1),
        Row::ok([status("502 Bad Gateway"), queued()], "Unconfirmed", 1),
        Row::ok([status("504 Gateway Timeout"), limited(""), queued()], "Unconfirmed", 1),
        Row::failed([status("500 Internal Server Error")], "500", true, 3, 1),
        Row::failed([ReadAndClose], "may be received", true, 3, 1),
        Row::ok([ReadAndClose, queued()], "Unconfirmed", 1),
        Row::failed([Close], "may be received", true, 3, 0),
        Row::ok([Close, queued()], "Unconfirmed", 0),
        Row::failed([Silence], "may be received", true, 3, 1),
        Row::ok([Silence, queued()], "Unconfirmed", 1),
        Row::failed([drip()], "may be received", true, 3, 1),
        Row::failed([truncated()], "may be received", true, 3, 1),
        Row::ok([truncated(), queued()], "Unconfirmed", 1),
        Row::failed([half_a_head()], "may be received", true, 3, 1),
        Row::failed([nonsense()], "may be received", true, 3, 1),
        // The last answer is clear, but the first was not.
        Row::failed([ReadAndClose, status("401 Unauthorized")], "may be received; 401", true, 2, 1),
        Row::failed([status("500 Oops"), limited("")], "may be received; 429", true, 3, 1),
        Row::failed([busy(), status("400 Bad Request")], "400", false, 2, 2),
        // What no repetition would change.
        Row::failed([status("401 Unauthorized")], "401", false, 1, 1),
        Row::failed([status("400 Bad Request")], "400", false, 1, 1),
        Row::failed([status("404 Not Found")], "404", false, 1, 1),
        Row::failed([html()], "200, not queued", true, 1, 1),
        Row::failed([answer("200 OK", "", "{}")], "200, not queued", true, 1, 1),
        Row::failed([answer("204 No Content", "", "")], "204, not queued", true, 1, 1),
        Row::failed([redirect()], "302, not queued", true, 1, 1),
        Row::failed([huge()], "200, not queued", true, 1, 1),
    ]
}

/// A server with its plays, and a client of it.
struct Stage {
    server: Server,
    client: Client,
}

impl Stage {
    async fn set(plays: &[Play], policy: RetryPolicy) -> Self {
        let server = Server::start(plays.iter().cloned()).await;
        let client = client(&server.url, policy);
        Self { server, client }
    }

    /// Sends one lead, and counts: connections, and requests with actions.
    async fn play(&self, with_actions: bool) -> (Result<Receipt, Error>, usize, usize) {
        let outcome = self.client.send(&lead(with_actions)).await;
        let requests = self.server.requests();
        for request in &requests {
            let (_, body) = request.split_once("\r\n\r\n").unwrap();
            let start = r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe"}"#;
            assert!(body.starts_with(start), "{body}");
            let rest = &body[start.len()..];
            assert!(rest == "}" || rest.starts_with(r#","actions":[{"type":"#), "{body}");
        }
        let actions = requests.iter().filter(|request| request.contains("\"actions\"")).count();
        (outcome, self.server.connections(), actions)
    }
}

fn three() -> RetryPolicy {
    RetryPolicy::default().max_attempts(3)
}

/// All rows at once, as most of their time is spent waiting; but not before every client is set up,
/// which takes the one thread for a while.
async fn each_row(policy: RetryPolicy, check: impl AsyncFn(&Row, &Stage)) {
    let mut rows: Vec<_> = rows().into_iter().map(|row| (row, None)).collect();
    for (row, stage) in &mut rows {
        *stage = Some(Stage::set(&row.plays, policy).await);
    }
    let checks = rows.iter().filter_map(|(row, stage)| Some(check(row, stage.as_ref()?)));
    futures_util::future::join_all(checks).await;
}

#[tokio::test]
async fn d36_with_actions_each_outcome_is_reported_and_no_doubtful_action_goes_out_again() {
    each_row(three(), async |row, stage| {
        let (outcome, connections, actions) = stage.play(true).await;
        let plays = &row.plays[..];
        assert_eq!(kind(&outcome), row.outcome, "{plays:.200?}");
        assert_eq!(connections, row.connections, "{plays:.200?}");
        assert_eq!(actions, row.actions, "{plays:.200?}");
        match outcome {
            Err(error) => assert_eq!(error.is_ambiguous(), row.ambiguous, "{plays:.200?}"),
            Ok(receipt) => {
                let listed: Vec<_> =
                    receipt.unconfirmed().iter().map(|it| (it.index(), it.code())).collect();
                let all = [(0, "ACTION_1001"), (1, "PAYMENT")];
                let unconfirmed = receipt.actions() == ActionDelivery::Unconfirmed;
                assert_eq!(listed, if unconfirmed { &all[..] } else { &[] }, "{plays:.200?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn without_actions_the_same_requests_are_made_and_nothing_stays_unconfirmed() {
    each_row(three(), async |row, stage| {
        let (outcome, connections, actions) = stage.play(false).await;
        let expected = match row.outcome {
            "Queued" | "Unconfirmed" => "None",
            other => other,
        };
        assert_eq!(kind(&outcome), expected, "{:.200?}", row.plays);
        assert_eq!((connections, actions), (row.connections, 0), "{:.200?}", row.plays);
        assert!(outcome.is_err() || outcome.unwrap().unconfirmed().is_empty());
    })
    .await;
}

#[tokio::test]
async fn never_means_one_request_whatever_comes_of_it() {
    each_row(RetryPolicy::never(), async |row, stage| {
        let (_, connections, actions) = stage.play(true).await;
        assert_eq!(connections, 1, "{:.200?}", row.plays);
        assert!(actions <= 1);
    })
    .await;
}

#[tokio::test]
async fn d36_accepted_duplicates_are_sent_each_time_and_reported() {
    let fails = status("500 Internal Server Error");
    let plays = [fails.clone(), fails, queued()];
    let stage = Stage::set(&plays, three().resend_actions()).await;
    let (outcome, connections, actions) = stage.play(true).await;
    let receipt = outcome.unwrap();
    assert_eq!((connections, actions), (3, 3));
    assert_eq!(receipt.actions(), ActionDelivery::Repeated);
    assert!(receipt.unconfirmed().is_empty());
}

#[tokio::test]
async fn a_refused_connection_is_tried_again_and_reported_as_not_sent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    for with_actions in [true, false] {
        let error = client(&url, three()).send(&lead(with_actions)).await.unwrap_err();
        assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
        assert!(error.is_retryable() && !error.is_ambiguous());
    }
}

#[tokio::test]
async fn a_connection_that_the_server_closed_meanwhile_costs_no_lead_and_repeats_no_action() {
    // Kept alive by the answer, and closed right after it: the second lead finds it dead.
    let kept = Play::Answer(format!("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{QUEUED}"));
    let server = Server::start([kept]).await;
    let client = client(&server.url, three());
    for _ in 0..20 {
        client.send(&lead(true)).await.unwrap();
    }
    let actions = server.requests().iter().filter(|it| it.contains("\"actions\"")).count();
    assert!(actions <= 20, "no action twice: {actions}");
}
