//! Sinks of a walk over a body: stop, collect violations, or keep the stored values.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::{
    json::Json,
    violation::{Fault, Place, Violation},
};

/// Receives the results of a walk over a body, in the order of the walk.
pub(super) trait Sink {
    /// Receives a value that telecrm drops or changes. `Break` ends the walk.
    fn violation(&mut self, place: Place<'_>, fault: Fault) -> ControlFlow<()>;

    /// Receives a stored field. The identifier is not passed.
    fn field(&mut self, _name: &str, _value: &Json<'_>) {}

    /// Receives a stored key of the current action, except `fields`.
    fn action_key(&mut self, _key: &str, _value: &Json<'_>) {}

    /// Starts the `fields` of the current action.
    fn action_fields(&mut self) {}

    /// Receives a stored field of the current action.
    fn action_field(&mut self, _name: &str, _value: &Json<'_>) {}

    /// Ends the current action, which is stored or dropped as a whole.
    fn action_ends(&mut self, _is_stored: bool) {}
}

/// Stops at the first violation that is not a warning.
#[derive(Debug)]
pub(super) struct Stop;

impl Sink for Stop {
    fn violation(&mut self, _: Place<'_>, fault: Fault) -> ControlFlow<()> {
        if fault.rule.is_warning() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    }
}

/// Collects violations.
impl Sink for Vec<Violation> {
    fn violation(&mut self, place: Place<'_>, fault: Fault) -> ControlFlow<()> {
        self.push(fault.at(place));
        ControlFlow::Continue(())
    }
}

/// Collects violations and the stored values.
#[derive(Debug, Default)]
pub(super) struct Keep {
    pub(super) violations: Vec<Violation>,
    pub(super) fields: Map<String, Value>,
    pub(super) actions: Vec<Value>,
    /// The stored values of the current action.
    action: Map<String, Value>,
}

impl Sink for Keep {
    fn violation(&mut self, place: Place<'_>, fault: Fault) -> ControlFlow<()> {
        self.violations.violation(place, fault)
    }

    fn field(&mut self, name: &str, value: &Json<'_>) {
        self.fields.insert(name.to_owned(), value.to_value());
    }

    fn action_key(&mut self, key: &str, value: &Json<'_>) {
        self.action.insert(key.to_owned(), value.to_value());
    }

    fn action_fields(&mut self) {
        self.action.insert("fields".to_owned(), Map::new().into());
    }

    fn action_field(&mut self, name: &str, value: &Json<'_>) {
        if let Some(Value::Object(fields)) = self.action.get_mut("fields") {
            fields.insert(name.to_owned(), value.to_value());
        }
    }

    fn action_ends(&mut self, is_stored: bool) {
        let action = std::mem::take(&mut self.action);
        if is_stored {
            self.actions.push(action.into());
        }
    }
}
