//! A telecrm on loopback that records its requests, and fails in the way that a test sets.

#![allow(dead_code, reason = "each test uses its own part")]

pub(crate) mod emulator;
pub(crate) mod kill;
#[cfg(feature = "postgres")]
pub(crate) mod postgres;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use telecrm_outbox::Outbox;
use telecrm_runtime::{
    AsyncToken, Client, ClientBuilder, EnterpriseId, PreparedLead, RateLimit, RetryPolicy,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

pub(crate) const ENTERPRISE: &str = "acme";

/// The reaction of the gateway to one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Queued,
    /// An answer with this status; telecrm has not processed the lead.
    Status(u16),
    /// 500, and telecrm has processed the lead anyway.
    FailedAfter,
    /// Closes the connection; telecrm has processed the lead.
    CloseAfter,
    /// Closes the connection; telecrm has not processed the lead.
    CloseBefore,
    /// A login page.
    LoginPage,
    /// A page with this status, from a firewall or another server.
    Page(u16),
    /// No response, and telecrm has not processed the lead.
    Silence,
}

impl Answer {
    fn processed(self) -> bool {
        matches!(self, Self::Queued | Self::FailedAfter | Self::CloseAfter)
    }

    fn response(self) -> Option<(u16, &'static str)> {
        match self {
            Self::Page(status) => Some((status, "<html>no</html>")),
            Self::Queued => Some((200, r#"{"status":"QUEUED"}"#)),
            Self::Status(status) => Some((status, r#"{"error":{"code":"TEST","message":"no"}}"#)),
            Self::FailedAfter => Some((500, "")),
            Self::LoginPage => Some((200, "<html>please log in</html>")),
            Self::CloseAfter | Self::CloseBefore | Self::Silence => None,
        }
    }
}

/// A request that telecrm processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Processed {
    pub(crate) key: String,
    /// `None` for a request with only the identifier and the actions.
    pub(crate) number: Option<u64>,
    pub(crate) actions: Vec<u64>,
}

type Choose = Box<dyn Fn(&Processed, u64) -> Answer + Send>;

pub(crate) struct Gateway {
    pub(crate) address: SocketAddr,
    inner: Arc<Inner>,
}

struct Inner {
    processed: Mutex<Vec<Processed>>,
    requests: AtomicU64,
    choose: Mutex<Choose>,
}

impl Gateway {
    /// Responds with `QUEUED` until [`answer`](Self::answer) is called.
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Inner {
            processed: Mutex::default(),
            requests: AtomicU64::new(0),
            choose: Mutex::new(Box::new(|_, _| Answer::Queued)),
        });
        tokio::spawn({
            let inner = Arc::clone(&inner);
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(serve(stream, Arc::clone(&inner)));
                }
            }
        });
        Self { address, inner }
    }

    /// Decides by the request, and by how many there were before it.
    pub(crate) fn answer(&self, choose: impl Fn(&Processed, u64) -> Answer + Send + 'static) {
        *self.inner.choose.lock().unwrap() = Box::new(choose);
    }

    pub(crate) fn requests(&self) -> u64 {
        self.inner.requests.load(Ordering::SeqCst)
    }

    pub(crate) fn processed(&self) -> Vec<Processed> {
        self.inner.processed.lock().unwrap().clone()
    }

    /// Number of times that telecrm has each action.
    pub(crate) fn actions(&self) -> BTreeMap<u64, usize> {
        let mut actions = BTreeMap::new();
        for processed in self.processed() {
            for action in processed.actions {
                *actions.entry(action).or_default() += 1;
            }
        }
        actions
    }

    /// Numbers of a lead as telecrm processed them never go back. Returns the last of each lead.
    pub(crate) fn assert_in_order(&self) -> BTreeMap<String, u64> {
        let mut last = BTreeMap::new();
        for (key, number) in self.updates() {
            let before = last.insert(key.clone(), number).unwrap_or(0);
            assert!(before <= number, "{key}: {number} after {before}");
        }
        last
    }

    /// The number of each lead that telecrm processed last.
    pub(crate) fn last(&self) -> BTreeMap<String, u64> {
        self.updates().collect()
    }

    /// The requests that updated a field of a lead: its key and the number.
    fn updates(&self) -> impl Iterator<Item = (String, u64)> {
        let processed = self.processed().into_iter();
        processed.filter_map(|processed| Some((processed.key, processed.number?)))
    }

    pub(crate) fn client(&self) -> Client {
        client(&format!("http://{}", self.address))
    }
}

pub(crate) fn client(url: &str) -> Client {
    client_builder(url).build().unwrap()
}

pub(crate) fn client_builder(url: &str) -> ClientBuilder {
    let backoff = RetryPolicy::default()
        .base_backoff(Duration::from_millis(2))
        .max_backoff(Duration::from_millis(20));
    Client::builder(
        EnterpriseId::parse(ENTERPRISE).unwrap(),
        AsyncToken::parse("emulator-async-token").unwrap(),
    )
    .base_url(url)
    .timeout(Duration::from_secs(5))
    .retry(backoff)
    .rate_limit(RateLimit::unlimited())
}

async fn serve(mut stream: TcpStream, inner: Arc<Inner>) {
    let mut buffer = Vec::new();
    loop {
        let Some(request) = read(&mut stream, &mut buffer).await else { return };
        let number = inner.requests.fetch_add(1, Ordering::SeqCst);
        let answer = {
            // One lock around both: the order of the records is the order of processing.
            let mut processed = inner.processed.lock().unwrap();
            let answer = inner.choose.lock().unwrap()(&request, number);
            if answer.processed() {
                processed.push(request);
            }
            answer
        };
        if answer == Answer::Silence {
            return std::future::pending().await;
        }
        let Some((status, body)) = answer.response() else { return };
        let length = body.len();
        let response = format!(
            "HTTP/1.1 {status} X\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        if stream.write_all(response.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The next request of the connection, or `None` where it ends before one is whole.
async fn read(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Option<Processed> {
    loop {
        if let Some(end) = buffer.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&buffer[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"))?;
            let whole = end + 4 + length.trim().parse::<usize>().ok()?;
            if buffer.len() >= whole {
                let body = serde_json::from_slice(&buffer[end + 4..whole]).ok()?;
                buffer.drain(..whole);
                return Some(processed(&body));
            }
        }
        if stream.read_buf(buffer).await.ok()? == 0 {
            return None;
        }
    }
}

fn processed(body: &serde_json::Value) -> Processed {
    let actions = body["actions"].as_array().into_iter().flatten();
    Processed {
        key: body["fields"]["phone"].as_str().unwrap_or_default().to_owned(),
        number: body["fields"]["n"].as_u64(),
        actions: actions.filter_map(|action| action["fields"]["n"].as_u64()).collect(),
    }
}

pub(crate) fn phone(lead: u64) -> String {
    format!("9198765{lead:05}")
}

/// The update `number` of a lead, with one action of that number.
pub(crate) fn lead(key: &str, number: u64, with_actions: bool) -> PreparedLead {
    let actions = if with_actions {
        format!(r#","actions":[{{"type":"ACTION_1","fields":{{"n":{number}}}}}]"#)
    } else {
        String::new()
    };
    let body = format!(r#"{{"fields":{{"phone":"{key}","n":{number}}}{actions}}}"#);
    PreparedLead::from_json(Some(ENTERPRISE), key, &body).unwrap()
}

/// Waits until nothing is left to send.
pub(crate) async fn drained(outbox: &Outbox) {
    eventually("nothing is left to send", async || {
        let stats = outbox.stats().await.unwrap();
        stats.queued + stats.sending == 0
    })
    .await;
}

/// Waits for a condition that other tasks bring about.
pub(crate) async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..12_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("it does not come about that {what}");
}

/// Small numbers that look random, for faults and moments.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        // A linear congruential generator (Knuth, MMIX); its high bits are good enough.
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// A tenth of the requests fails, in every way.
pub(crate) fn faulty(seed: u64) -> impl Fn(&Processed, u64) -> Answer + Send + 'static {
    let random = Mutex::new(Random::new(seed));
    move |_, _| {
        let mut random = random.lock().unwrap();
        if random.below(10) > 0 {
            return Answer::Queued;
        }
        match random.below(6) {
            0 => Answer::Status(500),
            1 => Answer::Status(503),
            2 => Answer::Status(429),
            3 => Answer::FailedAfter,
            4 => Answer::CloseAfter,
            _ => Answer::CloseBefore,
        }
    }
}
