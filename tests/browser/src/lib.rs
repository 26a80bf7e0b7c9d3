//! Headless Chromium for tests, driven through `chromedriver`.
#![cfg(feature = "browser")]
#![allow(clippy::missing_panics_doc, reason = "helpers of tests: what fails is the test")]

use std::{
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// A browser with a driver of its own, which ends with it.
pub struct Browser {
    /// The session, for what has no method here.
    pub client: Client,
    driver: Child,
    /// Where the driver listens.
    driver_url: String,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // A driver that has ended already is as good.
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

impl Browser {
    /// Opens a page, at desktop width.
    pub async fn open(url: &str) -> Self {
        let mut driver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("chromedriver is installed (Debian: chromium-driver)");
        let mut lines = BufReader::new(driver.stdout.take().expect("a pipe")).lines();
        // "ChromeDriver was started successfully on port 40123."
        let port = lines.by_ref().find_map(|line| {
            let line = line.expect("text");
            line.split("successfully on port ").nth(1).map(|it| it.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver says its port");
        std::thread::spawn(move || lines.for_each(drop));
        let driver_url = format!("http://127.0.0.1:{port}");
        let options = json!({
            "goog:chromeOptions": { "args": [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                "--disable-background-networking", "--disable-component-update", "--disable-sync",
                "--disable-dev-shm-usage", "--window-size=1280,900",
            ] },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let Value::Object(options) = options else { unreachable!("an object") };
        let client = ClientBuilder::new(hyper_util::client::legacy::connect::HttpConnector::new())
            .capabilities(options)
            .connect(&driver_url)
            .await
            .expect("a session");
        client.goto(url).await.expect("the page");
        Self { client, driver, driver_url }
    }

    /// Waits for an element; returns its text.
    pub async fn wait_for(&self, css: &str) -> String {
        let wait = self.client.wait().at_most(Duration::from_secs(20));
        let element = wait.for_element(Locator::Css(css)).await;
        element.unwrap_or_else(|error| panic!("{css}: {error}")).text().await.expect("text")
    }

    /// Runs a script; returns its result.
    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.expect("a result")
    }

    /// Runs a command of the DevTools protocol, for what WebDriver has no word for: a phone's screen,
    /// a dark scheme, a page without scripts.
    pub async fn devtools(&self, command: &str, parameters: Value) {
        let body = json!({ "cmd": command, "params": parameters });
        let answer = self.post("goog/cdp/execute", &body).await;
        assert!(answer["value"].get("error").is_none(), "{command}: {answer}");
    }

    /// How many elements match.
    pub async fn count(&self, css: &str) -> usize {
        self.client.find_all(Locator::Css(css)).await.expect("a list").len()
    }

    /// Ends the session; the console must have stayed empty since the start.
    pub async fn close(self) {
        let log = self.post("se/log", &json!({ "type": "browser" })).await;
        let log = log["value"].as_array().expect("a list");
        // Chromium counts a form's 422 among them, though its page is shown like any other.
        let expected = |entry: &Value| entry.to_string().contains("422 (Unprocessable Entity)");
        let log: Vec<_> = log.iter().filter(|entry| !expected(entry)).collect();
        assert!(log.is_empty(), "on the console: {log:?}");
        self.client.clone().close().await.expect("closed");
    }

    /// Sends a command that `fantoccini` has no method for.
    async fn post(&self, command: &str, body: &Value) -> Value {
        let session = self.client.session_id().await.expect("a session").expect("an id");
        let url = format!("{}/session/{session}/{command}", self.driver_url);
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let answer = http.post(url).json(body).send().await.expect("an answer");
        answer.json().await.expect("JSON")
    }
}
