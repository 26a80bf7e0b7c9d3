//! Reading leads from JSON: a stored body, or the fields that telecrm stores.

use std::fmt;

use serde_json::{Map, Value as Json};

#[cfg(feature = "sync")]
use crate::action::ACTION_PREFIX;
use crate::action::ReadAction;
use crate::field::FieldValue;
use crate::lead::GeneratedLead;
use crate::payment::Payment;
use crate::slot::Slots;
use crate::value::{Date, ValueError};

/// A part of JSON that the generated types cannot hold: its path and the reason.
///
/// A misfit does not contain the value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    path: String,
    reason: String,
    error: Option<ValueError>,
}

impl Misfit {
    fn new(path: impl Into<String>, reason: &str) -> Self {
        Self { path: path.into(), reason: reason.to_owned(), error: None }
    }

    fn of_value(path: impl Into<String>, error: ValueError) -> Self {
        Self { path: path.into(), reason: error.to_string(), error: Some(error) }
    }

    /// Returns the path: `fields.course`, `actions[1].fields.note`, `actions[0].type`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the reason why the types cannot hold the part.
    #[must_use]
    pub fn reason(&self) -> &str {
        &self.reason
    }

    /// Returns the error of the field's type, if the field exists and its value does not fit.
    #[must_use]
    pub fn error(&self) -> Option<&ValueError> {
        self.error.as_ref()
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.reason)
    }
}

/// The error for JSON that is not a lead of the workspace, or only in part.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The text is not JSON. The message does not contain the text.
    #[error("the body is not JSON (line {line}, column {column})")]
    #[non_exhaustive]
    NotJson {
        /// The line of the first error, starting with 1.
        line: usize,
        /// The column of the first error, starting with 1.
        column: usize,
    },
    /// The generated types cannot hold parts of the JSON.
    #[error("the body does not fit the telecrm workspace: {}", joined(.misfits))]
    #[non_exhaustive]
    Misfits {
        /// All parts that the types cannot hold.
        misfits: Vec<Misfit>,
    },
}

fn joined(misfits: &[Misfit]) -> String {
    misfits.iter().map(Misfit::to_string).collect::<Vec<_>>().join("; ")
}

impl ReadError {
    /// Returns the parts that the types cannot hold. The list is empty if the text is not JSON.
    #[must_use]
    pub fn misfits(&self) -> &[Misfit] {
        match self {
            Self::NotJson { .. } => &[],
            Self::Misfits { misfits } => misfits,
        }
    }
}

/// Reads a lead with its actions from the JSON that [`to_json`](crate::to_json) wrote.
///
/// An application can store this JSON in a file or a database, and send the lead later.
///
/// ```
/// use telecrm_runtime::{from_json, phone, to_json};
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// #     pub(crate) type Lead = TestLead;
/// # }
///
/// let lead = crm::Lead::new(phone!("919999999999"));
/// let stored = to_json(&lead);
/// assert_eq!(from_json::<crm::Lead>(&stored)?, lead);
/// # Ok::<(), telecrm_runtime::ReadError>(())
/// ```
///
/// # Errors
///
/// Returns an error if the text is not JSON, or if the generated types cannot hold a part of it, for
/// example because an option was removed from the workspace. The error contains all such parts.
pub fn from_json<L: GeneratedLead>(json: &str) -> Result<L, ReadError> {
    let body: Json = serde_json::from_str(json)
        .map_err(|error| ReadError::NotJson { line: error.line(), column: error.column() })?;
    let mut misfits = Vec::new();
    let lead = read_body(body, &mut misfits);
    match lead {
        Some(lead) if misfits.is_empty() => Ok(lead),
        _ => Err(ReadError::Misfits { misfits }),
    }
}

/// Reads a lead that telecrm stores, with its actions, and returns the parts that the types cannot hold.
///
/// # Errors
///
/// Returns an error if the identifier of the lead is missing or does not fit its type.
#[cfg(feature = "sync")]
pub(crate) fn read_stored<L: GeneratedLead>(
    fields: &Map<String, Json>,
    actions: &[Json],
) -> Result<(L, Vec<Misfit>), Misfit> {
    let mut misfits = Vec::new();
    let mut lead: L = lead_of(fields, &mut misfits)?;
    let actions = actions.iter().enumerate().filter_map(|(index, action)| {
        read_action(&format!("actions[{index}]"), action, Origin::Stored, &mut misfits)
    });
    lead.actions_mut().extend(actions);
    Ok((lead, misfits))
}

/// Origin of an action's JSON.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// A request body.
    Body,
    /// A response of the Sync API: the code has no prefix, and telecrm adds keys such as `action_id`.
    #[cfg(feature = "sync")]
    Stored,
}

impl Origin {
    /// Returns the action with this code.
    fn action<A: ReadAction>(self, code: &str) -> Option<A> {
        match self {
            Self::Body => A::of_code(code),
            #[cfg(feature = "sync")]
            Self::Stored => {
                A::of_code(&format!("{ACTION_PREFIX}{code}")).or_else(|| A::of_code(code))
            }
        }
    }
}

fn read_body<L: GeneratedLead>(body: Json, misfits: &mut Vec<Misfit>) -> Option<L> {
    let Json::Object(body) = body else {
        misfits.push(Misfit::new("", "it is not a JSON object"));
        return None;
    };
    let unknown_keys = body.keys().filter(|key| !matches!(key.as_str(), "fields" | "actions"));
    misfits.extend(unknown_keys.map(|key| {
        Misfit::new(key, "telecrm silently drops keys other than `fields` and `actions`")
    }));
    let Some(Json::Object(fields)) = body.get("fields") else {
        misfits.push(Misfit::new("fields", "it is not a JSON object"));
        return None;
    };
    let lead = lead_of::<L>(fields, misfits);
    let mut lead = lead.map_err(|misfit| misfits.insert(0, misfit)).ok()?;
    match body.get("actions") {
        None | Some(Json::Null) => {}
        Some(Json::Array(actions)) => {
            for (index, action) in actions.iter().enumerate() {
                let path = format!("actions[{index}]");
                let action = read_action(&path, action, Origin::Body, misfits);
                lead.actions_mut().extend(action);
            }
        }
        Some(_) => misfits.push(Misfit::new("actions", "it is not a JSON array")),
    }
    Some(lead)
}

fn lead_of<L: GeneratedLead>(
    fields: &Map<String, Json>,
    misfits: &mut Vec<Misfit>,
) -> Result<L, Misfit> {
    let identifier = L::WORKSPACE.identifier();
    let path = || format!("fields.{identifier}");
    let json = fields.get(identifier).filter(|json| !json.is_null());
    let json = json.ok_or_else(|| Misfit::new(path(), "the lead's identifier is missing"))?;
    let mut error = None;
    let Some(value) = L::Identifier::from_json(json, &mut |misfit| error = Some(misfit)) else {
        return Err(match error {
            Some(error) => Misfit::of_value(path(), error),
            None => Misfit::new(path(), "the lead's identifier is missing"),
        });
    };
    let mut lead = L::identified(value);
    let other_fields = fields.iter().filter(|(name, _)| *name != identifier);
    read_slots(&mut lead, "fields", other_fields, misfits);
    Ok(lead)
}

fn read_slots<'j>(
    target: &mut dyn Slots,
    path: &str,
    fields: impl Iterator<Item = (&'j String, &'j Json)>,
    misfits: &mut Vec<Misfit>,
) {
    for (name, json) in fields {
        let path = format!("{path}.{name}");
        let set = target.with_slot(name, |_, slot| {
            slot.set_json(json, &mut |error| {
                misfits.push(Misfit::of_value(path.clone(), error));
            });
        });
        if set.is_none() {
            misfits.push(Misfit::new(path, "the schema has no field with this API name"));
        }
    }
}

fn read_action<A: ReadAction>(
    path: &str,
    json: &Json,
    origin: Origin,
    misfits: &mut Vec<Misfit>,
) -> Option<A> {
    let Some(members) = json.as_object() else {
        misfits.push(Misfit::new(path, "it is not a JSON object"));
        return None;
    };
    let code = members.get("type").and_then(Json::as_str);
    if code == Some("PAYMENT") {
        return read_payment(path, members, origin, misfits).map(A::from);
    }
    let Some(mut action) = code.and_then(|code| origin.action::<A>(code)) else {
        misfits.push(Misfit::new(format!("{path}.type"), "the schema has no action of this type"));
        return None;
    };
    let custom = action.custom_mut()?;
    for (key, json) in members {
        match (key.as_str(), json) {
            ("type", _) => {}
            ("fields", Json::Object(fields)) => {
                read_slots(custom, &format!("{path}.fields"), fields.iter(), misfits);
            }
            ("created_on", json) if origin == Origin::Body => {
                let path = format!("{path}.created_on");
                let date = Date::from_json(json, &mut |error| {
                    misfits.push(Misfit::of_value(path.clone(), error));
                });
                if date.is_some_and(|date| !custom.backdate(date)) {
                    misfits.push(Misfit::new(path, "this action may not be backdated"));
                }
            }
            ("fields", Json::Null) if origin != Origin::Body => {}
            ("fields", _) => misfits.push(unexpected(path, key)),
            _ if origin == Origin::Body => misfits.push(unexpected(path, key)),
            _ => {}
        }
    }
    Some(action)
}

fn unexpected(path: &str, key: &str) -> Misfit {
    Misfit::new(format!("{path}.{key}"), "telecrm silently drops this key")
}

fn read_payment(
    path: &str,
    members: &Map<String, Json>,
    origin: Origin,
    misfits: &mut Vec<Misfit>,
) -> Option<Payment> {
    let is_unknown = |key: &&String| {
        origin == Origin::Body && !matches!(key.as_str(), "type" | "status" | "currency" | "amount")
    };
    let unknown_keys = members.keys().filter(is_unknown);
    misfits.extend(unknown_keys.map(|key| unexpected(path, key)));
    let status = member(path, members, "status", misfits);
    let currency = member(path, members, "currency", misfits);
    let amount = member(path, members, "amount", misfits);
    Some(Payment::new(status?, currency?, amount?))
}

fn member<T: std::str::FromStr<Err = ValueError>>(
    path: &str,
    members: &Map<String, Json>,
    key: &str,
    misfits: &mut Vec<Misfit>,
) -> Option<T> {
    let path = format!("{path}.{key}");
    let Some(text) = members.get(key).and_then(Json::as_str) else {
        misfits.push(Misfit::new(path, "it is not a JSON string"));
        return None;
    };
    text.parse().map_err(|error| misfits.push(Misfit::of_value(path, error))).ok()
}
