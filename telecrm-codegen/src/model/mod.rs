//! One workspace, checked, with every Rust name decided.
//!
//! This is the middle of the generator: `schema` is what the file says, the
//! model is what it means, and `emit` writes it down without deciding anything. Everything here
//! is plain data, so that other tools (the emulator, the command line) can read a workspace
//! without knowing about files or positions.

mod actions;
mod build;
mod choices;
mod fields;
mod identifier;
mod labels;
mod names;
mod pipeline;
mod tree;
mod type_name;

use std::path::Path;

pub(crate) use self::build::build;
pub use self::tree::Tree;
use crate::report::{Error, Report, Source, Warning};
use crate::schema;

/// A workspace that passed every check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Workspace {
    /// `enterprise.id`, where the schema names one.
    pub enterprise_id: Option<String>,
    /// `enterprise.name`, for people.
    pub enterprise_name: Option<String>,
    /// The lead's fields in the order of the file, the identifier among them.
    pub fields: Vec<Field>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// Fields under `codegen: skip`: telecrm has them, the generated code does not.
    pub skipped: Vec<SkippedField>,
    /// The custom actions that may be written, in the order of the file.
    pub actions: Vec<Action>,
    /// The lead stage pipeline; empty where the schema has none.
    pub pipeline: Pipeline,
    /// The whole file as it stands, for what nothing above keeps.
    pub tree: Tree,
}

impl Workspace {
    /// Reads and checks a schema file.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::check_file(path).map(|(workspace, _)| workspace)
    }

    /// Reads and checks a schema file, and says what is worth knowing about it.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place, and the warnings among them.
    pub fn check_file(path: impl AsRef<Path>) -> Result<(Self, Vec<Warning>), Error> {
        Self::checked(crate::source_file::read(path.as_ref())?)
    }

    /// Reads and checks a schema that is no file, and says what is worth knowing about it. `name` is what
    /// to call it in a report.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check_yaml(name: &str, yaml: &str) -> Result<(Self, Vec<Warning>), Error> {
        Self::checked(Source::new(name, yaml))
    }

    /// Reads and checks a schema that is no file.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place.
    pub fn from_yaml(yaml: &str) -> Result<Self, Error> {
        Self::checked(Source::new("schema", yaml)).map(|(workspace, _)| workspace)
    }

    /// The way of the data up to here: text → schema → model.
    pub(crate) fn checked(source: Source) -> Result<(Self, Vec<Warning>), Error> {
        let mut report = Report::new(source);
        let schema = schema::read(&mut report)?;
        let workspace = build(&schema, &mut report)?;
        Ok((workspace, report.into_warnings()))
    }

    /// The field by which telecrm finds a lead.
    #[must_use]
    pub fn identifier(&self) -> &Field {
        &self.fields[self.identifier]
    }

    /// The lead field of this API name, which is case-sensitive.
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_name == api_name)
    }

    /// The action of this full code (`ACTION_1001`).
    #[must_use]
    pub fn action(&self, code: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.code == code)
    }
}

/// A field of a lead or of a custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// telecrm's own id, where the schema has it. It stays when the API name changes.
    pub id: Option<String>,
    /// The key on the wire, to the byte.
    pub api_name: String,
    /// The Rust name of the struct field and of its setter (`r#type` where it must be raw).
    pub ident: String,
    /// What telecrm accepts in it.
    pub kind: Kind,
    /// telecrm's own description, for people.
    pub description: Option<String>,
    /// Whether it can only be set when the lead is created.
    pub lock_after_create: bool,
}

/// The 14 field types of telecrm, with what the workspace says about each.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Kind {
    /// Free text, perhaps with limits.
    Text(Length),
    /// `local@domain.tld`.
    Email,
    /// Country code and national number.
    Phone,
    /// Integer or decimal.
    Number,
    /// An instant, Unix milliseconds on the wire.
    Date,
    /// One label of a list.
    Dropdown(Options),
    /// Labels of a list.
    Tags(Options),
    /// A numeric string in the workspace's currency.
    Money,
    /// A URL.
    Website,
    /// A publicly reachable URL.
    MediaLink,
    /// A team member's email.
    ActiveUsers,
    /// 1 to 5.
    Rating,
    /// Label of an active status of the [`Pipeline`].
    Status,
    /// Label of an active lost reason of the [`Pipeline`].
    LostReason,
}

/// Limits of a text, in Unicode characters. Both bounds are inclusive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Length {
    /// `minLength`.
    pub min: Option<u32>,
    /// `maxLength`.
    pub max: Option<u32>,
}

impl Length {
    /// `MIN` and `MAX` of the `BoundedText` that such a text is in Rust; `None` where it is a `Text`.
    #[must_use]
    pub fn bounds(self) -> Option<(u32, u32)> {
        let limited = self.min.is_some() || self.max.is_some();
        limited.then(|| (self.min.unwrap_or(0), self.max.unwrap_or(u32::MAX)))
    }
}

/// The labels of a dropdown or tags field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// The Rust name of the enum, in `options` or in the action's module.
    pub ident: String,
    /// The labels in the order of the file, each once.
    pub choices: Vec<Choice>,
    /// Whether `codegen: open` lets other labels be sent, knowingly.
    pub open: bool,
}

/// One label that may be sent, and its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Choice {
    /// telecrm's own id (`id`, `statusid`, `reasonid`), where the schema has it. It tells a changed
    /// label from a removed and an added one.
    pub id: Option<String>,
    /// The label on the wire, to the byte.
    pub label: String,
    /// The Rust name of the variant.
    pub ident: String,
    /// Rust names that this option went by under its earlier labels (`formerly`).
    pub formerly: Vec<Former>,
}

/// An earlier label of an option.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Former {
    /// The earlier label.
    pub label: String,
    /// The Rust name that it had.
    pub ident: String,
}

/// A field that telecrm has and the generated code leaves out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SkippedField {
    /// The key on the wire.
    pub api_name: String,
    /// The type as the schema spells it; it may be one that this crate does not know.
    pub type_name: String,
}

/// A custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Action {
    /// The full code on the wire, `ACTION_1001`.
    pub code: String,
    /// The name that people see in telecrm.
    pub display_name: String,
    /// The Rust name of the struct in `actions`, and of the variant of `Action`.
    pub ident: String,
    /// The Rust name of the module in `actions` that holds the enums of its fields.
    pub module: String,
    /// telecrm's own description, for people.
    pub description: Option<String>,
    /// Its own fields, in the order of the file.
    pub fields: Vec<Field>,
    /// Its fields under `codegen: skip`.
    pub skipped: Vec<SkippedField>,
    /// `allowPredatedActivity.enabled`: whether `created_on` may be sent.
    pub backdatable: bool,
}

/// The lead stage pipeline.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Pipeline {
    /// Statuses that may be sent.
    pub statuses: Vec<Status>,
    /// Statuses that telecrm still shows on old leads and drops from new values.
    pub archived_statuses: Vec<Archived>,
    /// Lost reasons that may be sent.
    pub lost_reasons: Vec<Choice>,
    /// Lost reasons that telecrm drops.
    pub archived_lost_reasons: Vec<Archived>,
}

/// An active status.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Its label and Rust name.
    pub choice: Choice,
    /// The stage that it belongs to.
    pub stage: Stage,
}

/// An archived status or lost reason.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Archived {
    /// telecrm's own id, where the schema has it.
    pub id: Option<String>,
    /// The label that telecrm would drop.
    pub label: String,
    /// The Rust name of the constant whose use explains that.
    pub ident: String,
}

/// `stageType` of the lead stage pipeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `OPEN`
    Open,
    /// `WON`
    Won,
    /// `LOST`
    Lost,
}
