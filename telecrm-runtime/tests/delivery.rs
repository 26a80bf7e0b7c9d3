//! Outcomes of a lead with and without actions, for many server behaviours and each policy.
// Without a crypto provider no client can be built.
#![cfg(not(all(feature = "rustls-no-provider", not(feature = "rustls"))))]

#[allow(dead_code, reason = "each test crate uses its part")]
mod common;

use std::convert::Infallible;
use std::pin::pin;
use std::time::Duration;

use common::{TestAction, TestLead, Visit};
use futures_util::future::{Either, select};
use telecrm_runtime::{
    ActionDelivery, AsyncToken, Client, Currency, EnterpriseId, Error, Payment, PaymentStatus,
    RateLimit, Receipt, RetryPolicy, amount, phone,
};
use test_support::ManualClock;
use test_support::http::{Gate, QUEUED, Reply, Request, Server};

const TIMEOUT: Duration = Duration::from_secs(30);

/// Returns a client that repeats a request without a wait.
fn client(url: &str, policy: RetryPolicy) -> Client {
    let enterprise_id = EnterpriseId::parse("acme").unwrap();
    Client::builder(enterprise_id, AsyncToken::parse("t0ken").unwrap())
        .base_url(url)
        .timeout(TIMEOUT)
        .retry(policy.base_backoff(Duration::ZERO))
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

/// Returns a short form of the outcome: its kind and relevant details.
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
        Err(error) => panic!("unexpected error: {error:?}"),
    }
}

/// Replies of the server, and the expected outcome of a lead with actions.
///
/// The policy has three attempts.
struct Row {
    replies: Vec<Reply>,
    /// The kind of the error, or the delivery of the actions.
    outcome: &'static str,
    ambiguous: bool,
    connections: usize,
    /// Number of requests with actions that the server has read.
    actions: usize,
    /// Signal that releases one byte of a reply.
    gate: Gate,
}

impl Row {
    fn ok<const N: usize>(replies: [Reply; N], outcome: &'static str, actions: usize) -> Self {
        Self::failed(replies, outcome, false, N, actions)
    }

    fn failed<const N: usize>(
        replies: [Reply; N],
        outcome: &'static str,
        ambiguous: bool,
        connections: usize,
        actions: usize,
    ) -> Self {
        let (replies, gate) = (replies.into(), Gate::new());
        Self { replies, outcome, ambiguous, connections, actions, gate }
    }

    /// Returns a row whose server sends a response byte by byte, too slowly for the timeout.
    fn slow(outcome: &'static str, ambiguous: bool, connections: usize, actions: usize) -> Self {
        let gate = Gate::new();
        let whole = format!("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{QUEUED}");
        let replies = [Reply::byte_by_byte(whole, &gate)];
        Self { gate, ..Self::failed(replies, outcome, ambiguous, connections, actions) }
    }
}

fn status(line: &str) -> Reply {
    Reply::new(line, "", "oops")
}

/// Returns telecrm's own 503.
fn busy() -> Reply {
    Reply::new("503 Service Unavailable", "", r#"{"error":{"code":"BUSY","message":"later"}}"#)
}

fn limited(headers: &str) -> Reply {
    Reply::new("429 Too Many Requests", headers, "")
}

fn rows() -> Vec<Row> {
    let truncated = || Reply::raw("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"status\":\"QUE");
    let half_a_head = || Reply::raw("HTTP/1.1 200");
    let nonsense = || Reply::raw("SSH-2.0-OpenSSH\r\n");
    let dates =
        "Date: Fri, 01 May 2026 12:00:00 GMT\r\nRetry-After: Fri, 01 May 2026 11:59:00 GMT\r\n";
    let far =
        "Date: Fri, 01 May 2026 12:00:00 GMT\r\nRetry-After: Fri, 01 May 2026 13:00:00 GMT\r\n";
    let html = || Reply::new("200 OK", "Content-Type: text/html\r\n", "<html>Sign in</html>");
    let redirect = || Reply::new("302 Found", "Location: https://login.example.com/\r\n", QUEUED);
    let huge = || Reply::new("200 OK", "", " ".repeat(10_000_000));

    vec![
        Row::ok([Reply::queued()], "Queued", 1),
        // telecrm certainly did not receive the request, so the client repeats it unchanged.
        Row::ok([limited("Retry-After: 0\r\n"), Reply::queued()], "Queued", 2),
        Row::ok([limited(dates), Reply::queued()], "Queued", 2),
        Row::ok([limited(""), limited(""), Reply::queued()], "Queued", 3),
        Row::failed([limited("")], "429", false, 3, 3),
        Row::failed([limited("Retry-After: 3600\r\n")], "429", false, 1, 1),
        Row::failed([limited(far)], "429", false, 1, 1),
        Row::ok([busy(), Reply::queued()], "Queued", 2),
        Row::ok([Reply::new("503 Busy", "Retry-After: 0\r\n", ""), Reply::queued()], "Queued", 2),
        Row::failed([busy()], "503", false, 3, 3),
        Row::ok([status("421 Misdirected Request"), Reply::queued()], "Queued", 2),
        Row::failed([status("425 Too Early")], "425", false, 3, 3),
        // telecrm may have received the request, so the client repeats it without the actions.
        Row::ok([status("503 Service Unavailable"), Reply::queued()], "Unconfirmed", 1),
        Row::failed([status("503 Service Unavailable")], "503", true, 3, 1),
        Row::ok([status("408 Request Timeout"), Reply::queued()], "Unconfirmed", 1),
        Row::failed([status("408 Request Timeout")], "408", true, 3, 1),
        Row::ok([status("500 Internal Server Error"), Reply::queued()], "Unconfirmed", 1),
        Row::ok([status("502 Bad Gateway"), Reply::queued()], "Unconfirmed", 1),
        Row::ok([status("504 Gateway Timeout"), limited(""), Reply::queued()], "Unconfirmed", 1),
        Row::failed([status("500 Internal Server Error")], "500", true, 3, 1),
        Row::failed([Reply::close()], "may be received", true, 3, 1),
        Row::ok([Reply::close(), Reply::queued()], "Unconfirmed", 1),
        Row::failed([Reply::close_unread()], "may be received", true, 3, 0),
        Row::ok([Reply::close_unread(), Reply::queued()], "Unconfirmed", 0),
        Row::failed([Reply::silence()], "may be received", true, 3, 1),
        Row::ok([Reply::silence(), Reply::queued()], "Unconfirmed", 1),
        Row::slow("may be received", true, 3, 1),
        Row::failed([truncated()], "may be received", true, 3, 1),
        Row::ok([truncated(), Reply::queued()], "Unconfirmed", 1),
        Row::failed([half_a_head()], "may be received", true, 3, 1),
        Row::failed([nonsense()], "may be received", true, 3, 1),
        // The last response is conclusive, but the first request was ambiguous.
        Row::failed(
            [Reply::close(), status("401 Unauthorized")],
            "may be received; 401",
            true,
            2,
            1,
        ),
        Row::failed([status("500 Oops"), limited("")], "may be received; 429", true, 3, 1),
        Row::failed([busy(), status("400 Bad Request")], "400", false, 2, 2),
        // A repetition would not change these failures.
        Row::failed([status("401 Unauthorized")], "401", false, 1, 1),
        Row::failed([status("400 Bad Request")], "400", false, 1, 1),
        Row::failed([status("404 Not Found")], "404", false, 1, 1),
        Row::failed([html()], "200, not queued", true, 1, 1),
        Row::failed([Reply::new("200 OK", "", "{}")], "200, not queued", true, 1, 1),
        Row::failed([Reply::new("204 No Content", "", "")], "204, not queued", true, 1, 1),
        Row::failed([redirect()], "302, not queued", true, 1, 1),
        Row::failed([huge()], "200, not queued", true, 1, 1),
    ]
}

/// Server with its replies, and a client of that server.
struct Stage<'a> {
    row: &'a Row,
    server: Server,
    client: Client,
}

impl<'a> Stage<'a> {
    fn new(row: &'a Row, policy: RetryPolicy) -> Self {
        let server = Server::replies(row.replies.iter().cloned());
        let client = client(&server.url(), policy);
        Self { row, server, client }
    }

    /// Sends a lead.
    ///
    /// Returns its outcome, and the numbers of connections and of requests with actions.
    async fn send(&self, with_actions: bool) -> (Result<Receipt, Error>, usize, usize) {
        let sending = pin!(self.client.send(&lead(with_actions)));
        let Either::Left((outcome, _)) = select(sending, pin!(self.time_passes())).await;
        let requests = self.server.requests();
        for Request { body, .. } in &requests {
            let start = r#"{"fields":{"phone":"919999999999","Full Name":"Jane Doe"}"#;
            let rest = body.strip_prefix(start).expect(body);
            let expected = if rest == "}" { "}" } else { r#","actions":[{"type":"# };
            assert!(rest.starts_with(expected), "{body}");
        }
        let actions = requests.iter().filter(|request| request.body.contains("\"actions\""));
        (outcome, self.server.connections(), actions.count())
    }

    /// Advances the clock past the timeout of each request without a response.
    async fn time_passes(&self) -> Infallible {
        let clock = ManualClock::stop();
        for request in 1.. {
            self.server.withheld(request).await;
            for _ in 0..3 {
                self.row.gate.open();
                clock.advance(TIMEOUT / 3).await;
            }
        }
        unreachable!("a client makes few requests")
    }
}

fn three() -> RetryPolicy {
    RetryPolicy::default().max_attempts(3)
}

#[tokio::test(start_paused = true)]
async fn d36_outcome_with_actions_is_reported_and_ambiguous_actions_are_not_repeated() {
    for row in rows() {
        let (outcome, connections, actions) = Stage::new(&row, three()).send(true).await;
        let replies = &row.replies[..];
        assert_eq!(kind(&outcome), row.outcome, "{replies:.200?}");
        assert_eq!(connections, row.connections, "{replies:.200?}");
        assert_eq!(actions, row.actions, "{replies:.200?}");
        match outcome {
            Err(error) => assert_eq!(error.is_ambiguous(), row.ambiguous, "{replies:.200?}"),
            Ok(receipt) => {
                let unconfirmed = receipt.unconfirmed().iter();
                let listed: Vec<_> =
                    unconfirmed.map(|action| (action.index(), action.code())).collect();
                let expected = [(0, "ACTION_1001"), (1, "PAYMENT")];
                let is_unconfirmed = receipt.actions() == ActionDelivery::Unconfirmed;
                assert_eq!(
                    listed,
                    if is_unconfirmed { &expected[..] } else { &[] },
                    "{replies:.200?}"
                );
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn lead_without_actions_makes_the_same_requests_and_has_no_unconfirmed_actions() {
    for row in rows() {
        let (outcome, connections, actions) = Stage::new(&row, three()).send(false).await;
        let expected = match row.outcome {
            "Queued" | "Unconfirmed" => "None",
            other => other,
        };
        assert_eq!(kind(&outcome), expected, "{:.200?}", row.replies);
        assert_eq!((connections, actions), (row.connections, 0), "{:.200?}", row.replies);
        if let Ok(receipt) = outcome {
            assert_eq!(receipt.unconfirmed(), []);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn never_means_one_request_for_every_outcome() {
    for row in rows() {
        let stage = Stage::new(&row, RetryPolicy::never());
        let (_, connections, actions) = stage.send(true).await;
        assert_eq!((connections, actions), (1, row.actions.min(1)), "{:.200?}", row.replies);
    }
}

#[tokio::test(start_paused = true)]
async fn d36_accepted_duplicates_are_sent_each_time_and_reported() {
    let fails = status("500 Internal Server Error");
    let row = Row::ok([fails.clone(), fails, Reply::queued()], "Repeated", 3);
    let stage = Stage::new(&row, three().resend_actions());
    let (outcome, connections, actions) = stage.send(true).await;
    let receipt = outcome.unwrap();
    assert_eq!((connections, actions), (3, 3));
    assert_eq!(receipt.actions(), ActionDelivery::Repeated);
    assert!(receipt.unconfirmed().is_empty());
}

#[tokio::test]
async fn refused_connection_is_retried_and_reported_as_not_sent() {
    let url = Server::replies([Reply::queued()]).url();
    for with_actions in [true, false] {
        let error = client(&url, three()).send(&lead(with_actions)).await.unwrap_err();
        assert!(matches!(error, Error::NotSent { .. }), "{error:?}");
        assert!(error.is_retryable() && !error.is_ambiguous());
    }
}

#[tokio::test]
async fn closed_idle_connection_loses_no_lead_and_repeats_no_action() {
    // The server keeps the connection alive and closes it after the response, before the second
    // lead.
    let kept = Reply::raw(format!("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{QUEUED}"));
    let server = Server::replies([kept]);
    let client = client(&server.url(), three());
    for _ in 0..20 {
        client.send(&lead(true)).await.unwrap();
    }
    let actions = server.bodies().iter().filter(|body| body.contains("\"actions\"")).count();
    assert!(actions <= 20, "repeated actions: {actions}");
}
