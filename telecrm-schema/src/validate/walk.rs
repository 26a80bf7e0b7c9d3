//! Walk over a body: identifier, fields, actions, unknown top-level keys.

use std::{borrow::Cow, fmt::Write as _, ops::ControlFlow};

use serde_json::Value;

use super::{
    drop_rule::DropRule,
    json::Json,
    placeholder,
    rules::{FieldRule, Rules},
    sink::Sink,
    value::{Check, Stored},
    violation::{Fault, Place, Suggestion},
    words::{advice, quoted, shape},
};
use crate::{field_type::FieldType, suggest};

/// Error for a body that telecrm refuses with 400, so that no data is lost silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// The body is JSON, but not an object.
    #[error("the body must be a JSON object")]
    Body,
    /// `fields` is missing or not an object.
    #[error("`fields` must be a JSON object keyed by field API name")]
    Fields,
    /// `actions` is present, but not an array.
    #[error("`actions` must be a JSON array")]
    Actions,
}

/// The entries of an object.
pub(super) type Entries<'b> = [(Cow<'b, str>, Json<'b>)];

/// A body that telecrm queues.
#[derive(Clone, Copy, Debug)]
pub(super) struct Body<'a, 'b> {
    entries: &'a Entries<'b>,
    fields: &'a Entries<'b>,
    actions: &'a [Json<'b>],
}

impl<'a, 'b> Body<'a, 'b> {
    pub(super) fn new(body: &'a Json<'b>) -> Result<Self, Malformed> {
        let Json::Object(entries) = body else { return Err(Malformed::Body) };
        let Some(Json::Object(fields)) = body.get("fields") else { return Err(Malformed::Fields) };
        let actions = match body.get("actions") {
            None => &[][..],
            Some(Json::Array(actions)) => actions,
            Some(_) => return Err(Malformed::Actions),
        };
        Ok(Self { entries, fields, actions })
    }
}

/// Visits the values of a body and passes the results to a sink.
#[derive(Debug)]
pub(super) struct Walk<'w, S> {
    pub(super) rules: &'w Rules,
    pub(super) sink: &'w mut S,
}

impl<S: Sink> Walk<'_, S> {
    /// Visits the whole body, and returns the identifier in the form that telecrm stores.
    ///
    /// If the lead is dropped, the sink still receives its other violations.
    pub(super) fn body(&mut self, body: Body<'_, '_>) -> ControlFlow<(), Option<String>> {
        let identifier = match identifier(self.rules, body.fields) {
            Ok(identifier) => Some(identifier.into_owned()),
            Err(fault) => {
                self.sink.violation(Place::Field(&self.rules.identifier), *fault)?;
                None
            }
        };
        self.warn_about_identifier(body.fields)?;
        self.fields(body.fields)?;
        for (index, sent) in body.actions.iter().enumerate() {
            self.action(index, sent)?;
        }
        for (key, sent) in body.entries {
            if key != "fields" && key != "actions" {
                self.sink.violation(Place::Top(key), self.stray(key, sent, body.fields))?;
            }
        }
        ControlFlow::Continue(identifier)
    }

    /// Reports an identifier that a program left (D44).
    fn warn_about_identifier(&mut self, fields: &Entries<'_>) -> ControlFlow<()> {
        let name = &self.rules.identifier;
        let sent = fields.iter().find(|(key, _)| key == name);
        let Some(((_, sent), field)) = sent.zip(self.rules.fields.get(name)) else {
            return ControlFlow::Continue(());
        };
        match placeholder::warning(field, sent) {
            Some(fault) => self.sink.violation(Place::Field(name), fault),
            None => ControlFlow::Continue(()),
        }
    }

    /// Visits the fields except the identifier.
    pub(super) fn fields(&mut self, fields: &Entries<'_>) -> ControlFlow<()> {
        for (name, sent) in fields {
            if *name == self.rules.identifier {
                continue;
            }
            let place = Place::Field(name);
            let Some(field) = self.rules.fields.get(name) else {
                self.sink.violation(place, self.unknown_field(name, sent, fields))?;
                continue;
            };
            let mut faults = Vec::new();
            match Check::new(field, self.rules).of_lead(sent, &mut faults) {
                Stored::AsSent => self.sink.field(name, sent),
                Stored::As(value) => self.sink.field(name, &value),
                Stored::Dropped => {}
            }
            faults.extend(placeholder::warning(field, sent));
            self.put(place, faults)?;
        }
        ControlFlow::Continue(())
    }

    pub(super) fn put(&mut self, place: Place<'_>, faults: Vec<Fault>) -> ControlFlow<()> {
        faults.into_iter().try_for_each(|fault| self.sink.violation(place, fault))
    }

    fn unknown_field(&self, name: &str, sent: &Json<'_>, fields: &Entries<'_>) -> Fault {
        let known = &self.rules.fields;
        let lead = Destination::lead(fields);
        let Some(near) = known.near(name) else {
            let names = known.list.iter().map(|field| field.name.as_str());
            let nearest = suggest::nearest(name, names).and_then(|name| known.get(name));
            let moved = nearest.map(|field| self.moved(&lead, field, sent));
            let moved =
                moved.filter(|moved| matches!(moved.suggestion, Some(Suggestion::Move { .. })));
            let mut reason =
                format!("the field {} was sent; the workspace does not define it", quoted(name));
            // Without a near name, any advice is a guess.
            let Some(Moved { kept, suggestion }) = moved else {
                return Fault::worded(DropRule::UnknownField, reason);
            };
            let _ = write!(reason, "; {kept} would have been kept");
            return Fault { suggestion, ..Fault::worded(DropRule::UnknownField, reason) };
        };
        let Moved { kept, suggestion } = self.moved(&lead, near, sent);
        let reason = format!(
            "the field {} was sent; API names must match exactly, including case; {kept} would \
             have been kept",
            quoted(name),
        );
        Fault { suggestion, ..Fault::worded(DropRule::MisspelledField, reason) }
    }

    /// Returns the fault of a top-level key other than `fields` and `actions`.
    fn stray(&self, key: &str, sent: &Json<'_>, fields: &Entries<'_>) -> Fault {
        let known = &self.rules.fields;
        let lead = Destination::lead(fields);
        let (kept, suggestion) = match known.get(key).or_else(|| known.near(key)) {
            Some(near) if !lead.contains(&near.name) => {
                let moved = self.moved(&lead, near, sent);
                let value = match &moved.suggestion {
                    Some(Suggestion::Move { value, .. }) if Json::from(value) == *sent => {
                        "the same value"
                    }
                    _ => "a value that fits",
                };
                (format!("{value} as `fields.{}`", near.name), moved.suggestion)
            }
            _ => ("the body without it".to_owned(), Some(Suggestion::Remove)),
        };
        let reason = format!(
            "{} was sent as {}; a body contains only `fields` and `actions`, and telecrm ignores other keys; \
             {kept} would have been kept",
            shape(sent),
            quoted(key)
        );
        Fault { suggestion, ..Fault::worded(DropRule::StrayKey, reason) }
    }

    /// Returns advice about a value that belongs under `field` in the destination.
    pub(super) fn moved(
        &self,
        destination: &Destination<'_>,
        field: &FieldRule,
        sent: &Json<'_>,
    ) -> Moved {
        let key = format!("the key {}", quoted(&field.name));
        if destination.contains(&field.name) {
            let kept = format!("{key}, which was sent too,");
            return Moved { kept, suggestion: Some(Suggestion::Remove) };
        }
        let is_identifier = destination.path == FIELDS && field.name == self.rules.identifier;
        let accepts = |value: &Json<'_>| {
            if is_identifier {
                identify(self.rules, value).is_ok()
            } else {
                Check::new(field, self.rules).accepts(value)
            }
        };
        let to = format!("{}.{}", destination.path, field.name);
        if accepts(sent) {
            return Moved {
                kept: key,
                suggestion: Some(Suggestion::Move { to, value: sent.to_value() }),
            };
        }
        match self.corrected(field, sent).filter(|value| accepts(&value.into())) {
            Some(value) => {
                let shown = advice(&value).unwrap_or_else(|| "a value that fits".to_owned());
                Moved {
                    kept: format!("{key} with {shown}"),
                    suggestion: Some(Suggestion::Move { to, value }),
                }
            }
            None => Moved { kept: format!("{key} with a value that fits"), suggestion: None },
        }
    }

    /// Returns the suggested replacement of an invalid value, if there is exactly one fault.
    fn corrected(&self, field: &FieldRule, sent: &Json<'_>) -> Option<Value> {
        let mut faults = Vec::new();
        Check::new(field, self.rules).run(sent, &mut faults);
        match faults.pop()?.suggestion? {
            Suggestion::Replace(value) if faults.is_empty() => Some(value),
            _ => None,
        }
    }
}

/// The object `fields` of a lead or an action, to which a value under a wrong key belongs.
pub(super) struct Destination<'d> {
    /// The entries that the body contains.
    siblings: &'d Entries<'d>,
    path: String,
}

/// Path of the lead's fields.
const FIELDS: &str = "fields";

impl<'d> Destination<'d> {
    pub(super) fn lead(siblings: &'d Entries<'d>) -> Self {
        Self { siblings, path: FIELDS.to_owned() }
    }

    pub(super) fn action(index: usize, siblings: &'d Entries<'d>) -> Self {
        Self { siblings, path: format!("actions[{index}].fields") }
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.siblings.iter().any(|(known, _)| known == key)
    }
}

/// Advice about a value under a wrong key.
pub(super) struct Moved {
    /// The text before "would have been kept".
    pub(super) kept: String,
    pub(super) suggestion: Option<Suggestion>,
}

/// Returns the identifier in the form in which telecrm stores and compares it.
fn identifier<'a>(rules: &Rules, fields: &'a Entries<'_>) -> Result<Cow<'a, str>, Box<Fault>> {
    let name = rules.identifier.as_str();
    match fields.iter().find(|(key, _)| key == name) {
        Some((_, sent)) => identify(rules, sent),
        None => Err(Box::new(missing_identifier(name, fields))),
    }
}

/// Returns the identifier that was sent as this value.
pub(super) fn identify<'a>(rules: &Rules, sent: &'a Json<'_>) -> Result<Cow<'a, str>, Box<Fault>> {
    const NEEDED: &str = "telecrm finds a lead by its identifier, so the whole lead is dropped";
    let needed = || {
        Box::new(Fault::new(DropRule::BlankIdentifier, sent, NEEDED, "a lead with an identifier"))
    };
    let Some(field) = rules.fields.get(&rules.identifier) else { return Err(needed()) };
    let trimmed = sent.as_str().map(str::trim);
    if trimmed == Some("") {
        return Err(needed());
    }
    let is_email = matches!(field.field_type, Some(FieldType::Email));
    let compared = match trimmed {
        Some(trimmed) if is_email => Cow::Owned(Json::Text(trimmed.into())),
        _ => Cow::Borrowed(sent),
    };
    let mut faults = Vec::new();
    let stored = Check::new(field, rules).comparing().run(&compared, &mut faults);
    match (stored, sent) {
        (Stored::As(Json::Text(complete)), _) => Ok(complete.into_owned().into()),
        (Stored::AsSent, Json::Text(text)) => {
            Ok(if is_email { text.trim().into() } else { text.as_ref().into() })
        }
        // Unreachable for a checked schema: its identifier is a phone, an email or a text.
        (Stored::AsSent | Stored::As(_), other) => Ok(other.to_value().to_string().into()),
        (Stored::Dropped, _) => {
            let mut fault = faults.into_iter().next().map_or_else(needed, Box::new);
            fault.reason.push_str("; without its identifier the whole lead is dropped");
            Err(fault)
        }
    }
}

fn missing_identifier(name: &str, fields: &Entries<'_>) -> Fault {
    let misspelled = fields
        .iter()
        .find(|(key, _)| suggest::same_name(key, name))
        .map(|(key, _)| format!(" ({} is a different name)", quoted(key)))
        .unwrap_or_default();
    let reason = format!(
        "no {} was sent{misspelled}; it is the lead identifier, so the whole lead is dropped; a lead \
         with it would have been kept",
        quoted(name)
    );
    Fault::worded(DropRule::MissingIdentifier, reason)
}
