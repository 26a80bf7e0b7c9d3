//! Runner of the plans: makes the requests of a row, and collects its readings.

use std::cell::Cell;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use telecrm_runtime::raw::{SendText as _, WriteJson as _};
use telecrm_runtime::sync::{self, Search};
use telecrm_runtime::{Client, Error};
use tokio::sync::Notify;

use super::plan::{NAME, Step};
use super::reading::{Reading, Readings, Stored};
use super::workspace::Workspace;
use crate::exit::Failure;

/// Maximum time until telecrm stores a queued lead.
const WINDOW: Duration = Duration::from_secs(60);
/// Maximum number of identifiers in one search.
const MAX_SEARCHED: usize = 100;

/// Request to stop. The request in flight completes.
#[derive(Debug, Default)]
pub(crate) struct Stop {
    is_set: Cell<bool>,
    notify: Notify,
}

impl Stop {
    pub(crate) fn set(&self) {
        self.is_set.set(true);
        self.notify.notify_one();
    }

    pub(crate) fn is_set(&self) -> bool {
        self.is_set.get()
    }

    /// Sleeps, at most until the request to stop.
    async fn sleep(&self, duration: Duration) {
        tokio::select! {
            () = tokio::time::sleep(duration) => {}
            () = self.notify.notified() => {}
        }
    }
}

/// Makes the requests of all rows.
pub(crate) struct Runner<'r> {
    pub(crate) queueing: Client,
    pub(crate) sync: sync::Client,
    pub(crate) workspace: &'r Workspace<'r>,
    pub(crate) stop: &'r Stop,
    /// Time between two reads of a lead that is not stored yet.
    pub(crate) interval: Duration,
    /// The times that the waits took.
    waits: Vec<Duration>,
    /// The time of the last queued body.
    queued_at: Instant,
    /// Whether telecrm refused the last body.
    is_refused: bool,
    /// telecrm's id of the lead that the row created.
    lead_id: Option<String>,
    /// The bodies that the row sent.
    sent: Vec<String>,
}

/// The readings of a row, and the leads that it sent.
pub(crate) struct Ran {
    pub(crate) readings: Readings,
    pub(crate) leads: Vec<String>,
}

impl<'r> Runner<'r> {
    pub(crate) fn new(
        queueing: Client,
        sync: sync::Client,
        workspace: &'r Workspace<'r>,
        stop: &'r Stop,
        interval: Duration,
    ) -> Self {
        Self {
            queueing,
            sync,
            workspace,
            stop,
            interval,
            waits: Vec::new(),
            queued_at: Instant::now(),
            is_refused: false,
            lead_id: None,
            sent: Vec::new(),
        }
    }

    /// Returns the number of leads that telecrm has with these identifiers.
    pub(crate) async fn existing(&self, identifiers: &[String]) -> Result<u64, Error> {
        let mut count = 0;
        for page in identifiers.chunks(MAX_SEARCHED) {
            let search = Search::new().field(self.workspace.identifier(), json!(page));
            count += self.sync.search(&search).await?.total_count;
        }
        Ok(count)
    }

    /// Runs the steps of a row until the first failure or the request to stop.
    ///
    /// Returns an error if telecrm would refuse every later request, too.
    pub(crate) async fn run(&mut self, steps: &[Step], leads: &[String]) -> Result<Ran, Failure> {
        self.lead_id = None;
        self.sent.clear();
        let mut readings = Vec::new();
        for step in steps {
            if self.stop.is_set() {
                readings.push(Reading::Failed("interrupted".to_owned()));
                break;
            }
            let reading = match self.step(step).await {
                Ok(reading) => reading,
                Err(error @ (Error::Unauthorized | Error::EnterpriseNotFound)) => {
                    return Err(Failure::new(error.to_string()));
                }
                Err(error) => Reading::Failed(error.to_string()),
            };
            let is_failed = matches!(reading, Reading::Failed(_));
            readings.push(reading);
            if is_failed {
                break;
            }
        }
        let leads = leads.iter().filter(|lead| self.is_sent(lead)).cloned().collect();
        Ok(Ran { readings: Readings(readings), leads })
    }

    /// Returns whether a sent body contains the number of a lead, with or without country code.
    fn is_sent(&self, lead: &str) -> bool {
        let digits: String = lead.chars().filter(char::is_ascii_digit).collect();
        let national = &digits[digits.len().saturating_sub(10)..];
        self.sent.iter().any(|body| body.replace(' ', "").contains(national))
    }

    fn is_own(&self, lead: &Stored) -> bool {
        let name = lead.get(self.workspace.name).and_then(Value::as_str);
        name.is_some_and(|name| name.starts_with(NAME))
    }

    async fn step(&mut self, step: &Step) -> Result<Reading, Error> {
        match step {
            Step::Queue(bodies) => self.queue(bodies).await,
            Step::Wait { identifier, name } => self.wait(identifier, name).await,
            Step::Create(body) => {
                self.sent.push(body.to_string());
                let created = written(self.sync.create_json(body)).await?;
                let id =
                    created.as_ref().ok().and_then(|created| created.json()["lead_id"].as_str());
                self.lead_id = id.map(str::to_owned);
                Ok(Reading::Written(created.map(|created| ignored(&created))))
            }
            Step::Update(body) => {
                let Some(id) = &self.lead_id else { return Ok(not_created()) };
                let updated = written(self.sync.update_json(id, body)).await?;
                Ok(Reading::Written(updated.map(|updated| ignored(&updated))))
            }
            Step::Read => {
                let Some(id) = &self.lead_id else { return Ok(not_created()) };
                Ok(Reading::Lead(Some(stored(self.sync.lead(id, true).await?))))
            }
            Step::Search { field, value } => {
                let search = Search::new().field(field, value.clone());
                let page = self.sync.search(&search).await?;
                // The report contains no data of other leads.
                let leads = page.leads.into_iter().map(stored).filter(|lead| self.is_own(lead));
                Ok(Reading::Found(leads.collect()))
            }
            Step::Labels(field) => {
                let fields = self.sync.custom_fields().await?;
                Ok(Reading::Labels(labels(fields.json(), field)))
            }
            Step::Waits => Ok(Reading::Waits(self.waits.clone())),
        }
    }

    async fn queue(&mut self, bodies: &[String]) -> Result<Reading, Error> {
        self.sent.extend_from_slice(bodies);
        self.queued_at = Instant::now();
        let send = |body: &String| written(self.queueing.send_text_once(body.clone()));
        let mut refusals = Vec::new();
        if let [first, second] = bodies {
            let (first, second) = tokio::join!(send(first), send(second));
            refusals.extend([first?.err(), second?.err()]);
        } else {
            for body in bodies {
                refusals.push(send(body).await?.err());
            }
        }
        self.is_refused = refusals.iter().all(Option::is_some);
        Ok(Reading::Queued(refusals))
    }

    /// Reads a lead until it has this name, or the window ends.
    async fn wait(&mut self, identifier: &str, name: &str) -> Result<Reading, Error> {
        if self.is_refused {
            return Ok(Reading::Lead(None));
        }
        loop {
            let search = Search::new().field(self.workspace.identifier(), identifier);
            let page = self.sync.search(&search).await?;
            let waited = self.queued_at.elapsed();
            let leads = page.leads.into_iter().map(stored);
            let has_name =
                |lead: &Stored| lead.get(self.workspace.name).is_some_and(|stored| stored == name);
            if let Some(lead) = leads.into_iter().find(has_name) {
                self.waits.push(waited);
                return Ok(Reading::Lead(Some(lead)));
            }
            if waited > WINDOW {
                return Ok(Reading::Lead(None));
            }
            if self.stop.is_set() {
                return Ok(Reading::Failed("interrupted".to_owned()));
            }
            self.stop.sleep(self.interval).await;
        }
    }
}

fn not_created() -> Reading {
    Reading::Failed("telecrm did not create the lead of this row".to_owned())
}

/// Distinguishes a refusal of this request from a failure that does not concern its content.
async fn written<T>(
    request: impl Future<Output = Result<T, Error>>,
) -> Result<Result<T, String>, Error> {
    match request.await {
        Ok(value) => Ok(Ok(value)),
        Err(Error::Rejected { status, .. }) if ![408, 421, 425].contains(&status) => {
            Ok(Err(format!("refused with {status}")))
        }
        Err(Error::LeadExists) => Ok(Err("refused with 409".to_owned())),
        Err(error) => Err(error),
    }
}

/// Returns the paths of the remarks in the response to a confirmed write.
fn ignored(document: &sync::Document) -> Vec<String> {
    let remarks = document.json().get("remarks").and_then(Value::as_array);
    let path = |remark: &Value| remark["field"].as_str().map(str::to_owned);
    remarks.into_iter().flatten().filter_map(path).collect()
}

fn stored(lead: sync::Lead) -> Stored {
    Stored { fields: lead.fields, actions: lead.actions }
}

/// Returns the labels of a field in the response of `custom-fields`.
fn labels(json: &Value, field: &str) -> Vec<String> {
    let fields = json["customFields"].as_array().into_iter().flatten();
    let options =
        fields.filter(|own| own["apiName"] == field).filter_map(|own| own["options"].as_array());
    let label = |option: &Value| option["label"].as_str().or(option.as_str()).map(str::to_owned);
    options.flatten().filter_map(label).collect()
}
