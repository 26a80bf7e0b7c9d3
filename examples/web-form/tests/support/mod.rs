//! A separate site for each test: the form, the outbox and an emulator.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::StatusCode;
use telecrm_emulator::{Emulator, StoredLead};
use telecrm_outbox::{Entry, Outbox, State};
use telecrm_runtime::sync::{self, VerifyPolicy};
use telecrm_runtime::{AsyncToken, Client, EnterpriseId, RateLimit, SyncToken};
use tokio::net::TcpListener;
use web_form::{App, Settings};

const SCHEMA: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../schema/workspace.yaml");

/// Maximum time that a test waits for a delivery.
const MAX_WAIT: Duration = Duration::from_secs(30);

const DATABASE: &str = "enquiries.db";

pub(crate) struct Site {
    pub(crate) telecrm: Emulator,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
    app: App,
    folder: tempfile::TempDir,
}

impl Site {
    pub(crate) async fn start() -> Self {
        Self::start_with(Settings::default()).await
    }

    pub(crate) async fn start_with(settings: Settings) -> Self {
        let telecrm =
            Emulator::builder().schema_file(SCHEMA).start().await.expect("the schema is valid");
        let enterprise = EnterpriseId::parse(telecrm.enterprise_id()).expect("an id");
        let token = AsyncToken::parse(telecrm.async_token()).expect("a token");
        let client = Client::builder(enterprise.clone(), token)
            .base_url(telecrm.url())
            .rate_limit(RateLimit::unlimited())
            .build()
            .expect("a client");
        let token = SyncToken::parse(telecrm.sync_token()).expect("a token");
        let reader = sync::Client::builder(enterprise, token)
            .base_url(telecrm.sync_url())
            .reads_per_second(1000)
            .verify_policy(VerifyPolicy::once())
            .build()
            .expect("a client");
        let folder = tempfile::tempdir().expect("a folder");
        let app = App::start(&folder.path().join(DATABASE), client, reader, settings)
            .await
            .expect("a database");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("bound"));
        let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let http = reqwest::Client::builder().no_proxy().timeout(MAX_WAIT).build();
        Self { telecrm, url, http: http.expect("a client"), app, folder }
    }

    pub(crate) async fn post(&self, fields: &[(&str, &str)]) -> reqwest::Response {
        self.http.post(&self.url).form(fields).send().await.expect("an answer")
    }

    /// A post of JSON to a path.
    pub(crate) fn json(&self, path: &str, body: &str) -> reqwest::RequestBuilder {
        let request = self.http.post(format!("{}{path}", self.url));
        request.header("Content-Type", "application/json").body(body.to_owned())
    }

    /// Opens the outbox of the site, like a second process.
    pub(crate) async fn outbox(&self) -> Outbox {
        Outbox::open_existing(self.folder.path().join(DATABASE)).await.expect("an outbox")
    }

    /// The held entries, oldest first.
    pub(crate) async fn held(&self) -> Vec<Entry> {
        self.outbox().await.entries(State::Held, 100).await.expect("the outbox")
    }

    /// The number of entries of the outbox in any state.
    pub(crate) async fn entries(&self) -> u64 {
        let stats = self.outbox().await.stats().await.expect("the outbox");
        State::ALL.iter().map(|state| stats.of(*state)).sum()
    }

    /// Waits for this number of leads in telecrm, and returns them.
    pub(crate) async fn leads(&self, count: usize) -> Vec<StoredLead> {
        self.until(|telecrm| telecrm.leads().len() >= count).await;
        let leads = self.telecrm.leads();
        assert_eq!(leads.len(), count, "{leads:?}");
        leads
    }

    /// Waits for an enquiry in this state, and returns the list of enquiries.
    pub(crate) async fn list_until(&self, state: &str) -> String {
        let mut list = String::new();
        for _ in 0..200 {
            let answer = self.http.get(format!("{}enquiries", self.url)).send().await;
            list = answer.expect("an answer").text().await.expect("a page");
            if list.contains(&format!(">{state}</span>")) {
                return list;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("no enquiry became {state}:\n{list}");
    }

    /// Waits for this response from `GET /health`.
    pub(crate) async fn until_health(&self, code: StatusCode, body: &serde_json::Value) {
        for _ in 0..200 {
            let response = self.http.get(format!("{}health", self.url)).send().await;
            let response = response.expect("a response");
            if response.status() == code {
                assert_eq!(&response.json::<serde_json::Value>().await.expect("JSON"), body);
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("`GET /health` does not return {code}");
    }

    /// Waits for deliveries until the condition is true.
    pub(crate) async fn until(&self, condition: impl Fn(&Emulator) -> bool) {
        let mut deliveries = self.telecrm.watch();
        while !condition(&self.telecrm) {
            let next = tokio::time::timeout(MAX_WAIT, deliveries.next()).await;
            assert!(next.is_ok(), "telecrm has {:?}", self.telecrm.leads());
        }
    }

    pub(crate) async fn stop(self) {
        self.app.stop().await.expect("delivery was running");
    }
}

/// The status and the JSON of a response.
pub(crate) async fn answer(request: reqwest::RequestBuilder) -> (StatusCode, serde_json::Value) {
    let answer = request.send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("JSON"))
}

/// The status of a response.
pub(crate) async fn status(request: reqwest::RequestBuilder) -> StatusCode {
    request.send().await.expect("an answer").status()
}
