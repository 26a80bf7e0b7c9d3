//! Plan of a row: its requests, and the function from the readings to a verdict.

use serde_json::{Value, json};
use telecrm_schema::validate::Assumption;

use super::reading::{Readings, Unclear};
use super::verdict::Judged;
use super::workspace::{Identifier, Workspace};

/// Start of the names of all leads.
pub(crate) const NAME: &str = "telecrm probe";
/// Number of identifiers of one row.
const OF_ONE_ROW: u64 = 20;

/// One step of a plan. A step has one reading.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Step {
    /// Queues bodies, all at the same time.
    Queue(Vec<String>),
    /// Reads the lead until it has this name.
    Wait { identifier: String, name: String },
    /// Creates a lead through the Sync API.
    Create(Value),
    /// Updates the created lead through the Sync API.
    Update(Value),
    /// Reads the created lead with its actions.
    Read,
    /// Searches by one field for leads of the probe.
    Search { field: String, value: Value },
    /// Reads the labels of a field.
    Labels(String),
    /// Returns the times that the earlier waits of the run took.
    Waits,
}

/// The plan of one row.
pub(crate) struct Plan {
    pub(crate) assumption: &'static Assumption,
    /// The steps, or the missing precondition.
    pub(crate) steps: Result<Vec<Step>, String>,
    /// The identifiers of the leads that the steps may create.
    pub(crate) leads: Vec<String>,
    /// The number of actions that the steps send.
    pub(crate) actions: usize,
    /// The number of labels that the steps may create.
    pub(crate) labels: usize,
    judge: Judge,
}

type Judge = Box<dyn Fn(&Readings) -> Result<Judged, Unclear>>;

/// A plan, or the missing precondition.
pub(crate) type Planned = Result<Plan, String>;

impl Plan {
    pub(crate) fn skipped(assumption: &'static Assumption, reason: String) -> Self {
        Self {
            assumption,
            steps: Err(reason),
            leads: Vec::new(),
            actions: 0,
            labels: 0,
            judge: Box::new(|_| Err(Unclear("nothing was sent".to_owned()))),
        }
    }

    /// Returns the verdict. It depends only on the readings.
    pub(crate) fn judge(&self, readings: &Readings) -> Judged {
        (self.judge)(readings).unwrap_or_else(|Unclear(observed)| Judged::unclear(observed))
    }
}

/// Draft of a plan. Each step returns the index of its reading.
pub(crate) struct Draft<'w> {
    pub(crate) workspace: &'w Workspace<'w>,
    assumption: &'static Assumption,
    /// Offset of the row's first identifier.
    offset: u64,
    steps: Vec<Step>,
    leads: Vec<String>,
    actions: usize,
    labels: usize,
}

impl<'w> Draft<'w> {
    pub(crate) fn new(workspace: &'w Workspace<'w>, assumption: &'static Assumption) -> Self {
        let place = Assumption::ALL.iter().position(|other| other.id == assumption.id);
        let offset = u64::try_from(place.unwrap_or(0)).unwrap_or(0) * OF_ONE_ROW;
        let (steps, leads) = (Vec::new(), Vec::new());
        Self { workspace, assumption, offset, steps, leads, actions: 0, labels: 0 }
    }

    /// Returns the name of the row's leads.
    pub(crate) fn name(&self) -> String {
        format!("{NAME} {}", self.assumption.id)
    }

    /// Returns the name of a lead before its last change.
    pub(crate) fn early_name(&self, change: impl std::fmt::Display) -> String {
        format!("{} {change}", self.name())
    }

    /// Returns the next phone number of the row.
    fn next_phone(&self) -> String {
        let used = u64::try_from(self.leads.len()).unwrap_or(0);
        self.workspace.phone(self.offset + used)
    }

    /// Returns the identifier of a new lead.
    pub(crate) fn lead(&mut self) -> String {
        let phone = self.next_phone();
        let lead = match self.workspace.identifier_type() {
            Identifier::Phone => phone,
            Identifier::Email => format!("telecrm.probe.{phone}@example.com"),
            Identifier::Text => format!("telecrm-probe-{phone}"),
        };
        self.leads.push(lead.clone());
        lead
    }

    /// Returns the phone of a new lead, or an error in a workspace with another identifier.
    pub(crate) fn phone_lead(&mut self) -> Result<String, String> {
        match self.workspace.identifier_type() {
            Identifier::Phone => Ok(self.lead()),
            _ => Err("the lead identifier is not a phone".to_owned()),
        }
    }

    /// Adds the identifier of a lead that exists only if the assumption is wrong.
    pub(crate) fn unwanted_lead(&mut self, identifier: &str) {
        self.leads.push(identifier.to_owned());
    }

    /// Returns a body with the identifier and the name.
    pub(crate) fn body(&self, identifier: &str, name: &str) -> Value {
        json!({ "fields": { (self.workspace.identifier()): identifier, (self.workspace.name): name } })
    }

    /// Returns a body with one more field.
    pub(crate) fn body_with(
        &self,
        identifier: &str,
        name: &str,
        field: &str,
        value: Value,
    ) -> Value {
        let mut body = self.body(identifier, name);
        body["fields"][field] = value;
        body
    }

    fn step(&mut self, step: Step) -> usize {
        self.steps.push(step);
        self.steps.len() - 1
    }

    /// Queues a body with its actions.
    pub(crate) fn queue(&mut self, body: &Value) -> usize {
        self.actions += body.get("actions").and_then(Value::as_array).map_or(0, Vec::len);
        self.queue_text(body.to_string())
    }

    pub(crate) fn queue_text(&mut self, body: String) -> usize {
        self.step(Step::Queue(vec![body]))
    }

    pub(crate) fn queue_together(&mut self, bodies: &[Value]) -> usize {
        self.step(Step::Queue(bodies.iter().map(Value::to_string).collect()))
    }

    pub(crate) fn wait(&mut self, identifier: &str, name: &str) -> usize {
        self.step(Step::Wait { identifier: identifier.to_owned(), name: name.to_owned() })
    }

    pub(crate) fn create(&mut self, body: Value) -> usize {
        self.actions += body.get("actions").and_then(Value::as_array).map_or(0, Vec::len);
        self.step(Step::Create(body))
    }

    pub(crate) fn update(&mut self, body: Value) -> usize {
        self.step(Step::Update(body))
    }

    pub(crate) fn read(&mut self) -> usize {
        self.step(Step::Read)
    }

    pub(crate) fn search(&mut self, field: &str, value: impl Into<Value>) -> usize {
        self.step(Step::Search { field: field.to_owned(), value: value.into() })
    }

    /// Reads the labels of a field, before or after one is created.
    pub(crate) fn labels(&mut self, field: &str) -> usize {
        self.step(Step::Labels(field.to_owned()))
    }

    pub(crate) fn waits(&mut self) -> usize {
        self.step(Step::Waits)
    }

    /// Counts a label that telecrm may create.
    pub(crate) fn creates_label(&mut self) {
        self.labels += 1;
    }

    /// Returns the plan in the form of every row: it has all preconditions.
    #[allow(clippy::unnecessary_wraps, reason = "each row ends with this call")]
    pub(crate) fn finish(
        self,
        judge: impl Fn(&Readings) -> Result<Judged, Unclear> + 'static,
    ) -> Planned {
        Ok(Plan {
            assumption: self.assumption,
            steps: Ok(self.steps),
            leads: self.leads,
            actions: self.actions,
            labels: self.labels,
            judge: Box::new(judge),
        })
    }
}
