//! Headless Chromium for tests, driven through `chromedriver`.
#![cfg(feature = "browser")]
#![allow(clippy::missing_panics_doc, reason = "a panic in a test helper is a failed test")]

mod driver;

use std::time::Duration;

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_timeout::TimeoutConnector;
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use driver::Driver;

/// Maximum time that a test waits for a page, a script or an element.
pub const MAX_WAIT: Duration = Duration::from_secs(30);

/// Maximum time of a driver command, including the start of Chromium.
const MAX_COMMAND: Duration = Duration::from_secs(60);

/// Browser with its own driver. Both end with the test, even if the test is killed.
pub struct Browser {
    /// The session, for commands without a method of this type.
    pub client: Client,
    /// The id of the session.
    session: String,
    driver: Driver,
}

impl Browser {
    /// Starts a browser with a desktop width, and opens a page.
    pub async fn open(url: &str) -> Self {
        let driver = Driver::start();
        let options = json!({
            "goog:chromeOptions": { "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1280,900",
            ] },
            "goog:loggingPrefs": { "browser": "ALL" },
            "timeouts": { "pageLoad": MAX_WAIT.as_millis(), "script": MAX_WAIT.as_millis() },
        });
        let Value::Object(options) = options else { unreachable!("an object") };
        // The read timeout limits the time of every command.
        let mut connector = TimeoutConnector::new(HttpConnector::new());
        connector.set_read_timeout(Some(MAX_COMMAND));
        let client = ClientBuilder::new(connector)
            .capabilities(options)
            .connect(&driver.url)
            .await
            .expect("chromedriver starts Chromium");
        let session = client.session_id().await.expect("a session").expect("an id");
        let browser = Self { client, session, driver };
        browser.goto(url).await;
        browser
    }

    /// Opens a page, and waits until it is loaded.
    pub async fn goto(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|error| panic!("loading {url}: {error}"));
    }

    /// Waits for an element, and returns its text.
    pub async fn wait_for(&self, css: &str) -> String {
        let wait = self.client.wait().at_most(MAX_WAIT);
        let element = match wait.for_element(Locator::Css(css)).await {
            Ok(element) => element,
            Err(error) => {
                let page = self.client.current_url().await.map(String::from);
                panic!("waiting for {css} on {page:?}: {error}");
            }
        };
        element.text().await.expect("text")
    }

    /// Runs a script, and returns its result.
    pub async fn script(&self, script: &str) -> Value {
        let result = self.client.execute(script, Vec::new()).await;
        result.unwrap_or_else(|error| panic!("running {script}: {error}"))
    }

    /// Runs a command of Chromium's `DevTools` protocol.
    ///
    /// `WebDriver` has no command for the screen of a phone, a dark color scheme, or a page without
    /// scripts.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.post("goog/cdp/execute", &body).await;
        assert!(answer["value"].get("error").is_none(), "{command}: {answer}");
    }

    /// Returns the number of matching elements.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a list").len()
    }

    /// Ends the session, and asserts that the console is empty.
    pub async fn close(self) {
        let log = self.post("se/log", &json!({ "type": "browser" })).await;
        let log = log["value"].as_array().expect("a list");
        // Chromium logs the 422 of a form as an error, although it shows the page.
        let expected = |entry: &Value| entry.to_string().contains("422 (Unprocessable Entity)");
        let log: Vec<_> = log.iter().filter(|entry| !expected(entry)).collect();
        assert!(log.is_empty(), "on the console: {log:?}");
        self.client.clone().close().await.expect("closed");
    }

    /// Sends a command for which `fantoccini` has no method.
    async fn post(&self, command: &str, body: &Value) -> Value {
        let url = format!("{}/session/{}/{command}", self.driver.url, self.session);
        let http = reqwest::Client::builder().no_proxy().timeout(MAX_COMMAND).build();
        let answer = http.expect("a client").post(url).json(body).send().await;
        let answer = answer.unwrap_or_else(|error| panic!("{command}: {error}"));
        answer.json().await.expect("JSON")
    }
}
