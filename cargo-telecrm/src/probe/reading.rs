//! Readings: the results of the steps of a plan.

use std::time::Duration;

use serde_json::{Map, Value};

/// A stored lead of the probe.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Stored {
    pub(crate) fields: Map<String, Value>,
    pub(crate) actions: Vec<Value>,
}

impl Stored {
    /// Returns the value of a field, if it has one.
    pub(crate) fn get(&self, field: &str) -> Option<&Value> {
        self.fields.get(field).filter(|value| !value.is_null())
    }

    /// Returns the actions with this code, with or without prefix.
    pub(crate) fn actions_of(&self, code: &str) -> Vec<&Value> {
        let bare = |code: &str| code.strip_prefix("ACTION_").unwrap_or(code).to_owned();
        let is_of = |action: &&Value| action["type"].as_str().map(bare) == Some(bare(code));
        self.actions.iter().filter(is_of).collect()
    }
}

/// Reading of one step.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reading {
    /// The outcome of each body: `None` for QUEUED, otherwise the refusal.
    Queued(Vec<Option<String>>),
    /// The lead; `None` if it did not have the name within the time, or does not exist.
    Lead(Option<Stored>),
    /// The outcome of a confirmed write: the ignored paths, or the refusal.
    Written(Result<Vec<String>, String>),
    /// The found leads of the probe.
    Found(Vec<Stored>),
    Labels(Vec<String>),
    Waits(Vec<Duration>),
    /// The request failed for a reason that does not concern the row.
    Failed(String),
}

/// The readings of a row, one for each step.
#[derive(Debug, Default)]
pub(crate) struct Readings(pub(crate) Vec<Reading>);

impl Readings {
    fn missing<T>(&self, at: usize) -> Result<T, Unclear> {
        // A failure ends the row, so it is the last reading.
        debug_assert!(at >= self.0.len() || matches!(self.0[at], Reading::Failed(_)));
        match self.0.last() {
            Some(Reading::Failed(reason)) => Err(Unclear(reason.clone())),
            _ => Err(Unclear("the row did not run to its end".to_owned())),
        }
    }

    /// Returns the lead of a wait or a read.
    pub(crate) fn lead(&self, at: usize) -> Result<&Stored, Unclear> {
        self.lead_if_any(at)?.ok_or_else(|| {
            Unclear("telecrm had not processed the request at the end of the wait".to_owned())
        })
    }

    pub(crate) fn lead_if_any(&self, at: usize) -> Result<Option<&Stored>, Unclear> {
        match self.0.get(at) {
            Some(Reading::Lead(lead)) => Ok(lead.as_ref()),
            _ => self.missing(at),
        }
    }

    pub(crate) fn found(&self, at: usize) -> Result<&[Stored], Unclear> {
        match self.0.get(at) {
            Some(Reading::Found(leads)) => Ok(leads),
            _ => self.missing(at),
        }
    }

    pub(crate) fn refusals(&self, at: usize) -> Result<&[Option<String>], Unclear> {
        match self.0.get(at) {
            Some(Reading::Queued(refusals)) => Ok(refusals),
            _ => self.missing(at),
        }
    }

    pub(crate) fn written(&self, at: usize) -> Result<&Result<Vec<String>, String>, Unclear> {
        match self.0.get(at) {
            Some(Reading::Written(written)) => Ok(written),
            _ => self.missing(at),
        }
    }

    pub(crate) fn labels(&self, at: usize) -> Result<&[String], Unclear> {
        match self.0.get(at) {
            Some(Reading::Labels(labels)) => Ok(labels),
            _ => self.missing(at),
        }
    }

    pub(crate) fn waits(&self, at: usize) -> Result<&[Duration], Unclear> {
        match self.0.get(at) {
            Some(Reading::Waits(waits)) => Ok(waits),
            _ => self.missing(at),
        }
    }
}

/// A reading that does not decide.
#[derive(Debug)]
pub(crate) struct Unclear(pub(crate) String);
