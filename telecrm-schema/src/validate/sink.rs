//! Sinks of a walk over a body: stop, collect, or keep what is stored.

use std::ops::ControlFlow;

use serde_json::{Map, Value};

use super::{
    json::Json,
    violation::{Fault, Place, Violation},
};

/// Takes what a walk finds, in the order of the walk.
pub(super) trait Sink {
    /// Something that telecrm drops or changes. `Break` ends the walk.
    fn violation(&mut self, place: Place<'_>, fault: Fault) -> ControlFlow<()>;

    /// A field that is stored. The identifier is not among them.
    fn field(&mut self, _name: &str, _value: &Json<'_>) {}

    /// A key of the current action that is stored, but for `fields`.
    fn action_key(&mut self, _key: &str, _value: &Json<'_>) {}

    /// The current action has `fields`.
    fn action_fields(&mut self) {}

    /// A field of the current action that is stored.
    fn action_field(&mut self, _name: &str, _value: &Json<'_>) {}

    /// The current action ends; it is stored, or everything of it is dropped.
    fn action_ends(&mut self, _is_stored: bool) {}
}

/// Stops at the first violation.
#[derive(Debug)]
pub(super) struct Stop;

impl Sink for Stop {
    fn violation(&mut self, _: Place<'_>, _: Fault) -> ControlFlow<()> {
        ControlFlow::Break(())
    }
}

/// Collects violations.
impl Sink for Vec<Violation> {
    fn violation(&mut self, place: Place<'_>, fault: Fault) -> ControlFlow<()> {
        self.push(fault.at(place));
        ControlFlow::Continue(())
    }
}

/// Collects violations and keeps what is stored.
#[derive(Debug, Default)]
pub(super) struct Keep {
    pub(super) violations: Vec<Violation>,
    pub(super) fields: Map<String, Value>,
    pub(super) actions: Vec<Value>,
    /// The current action, as far as it is stored.
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
