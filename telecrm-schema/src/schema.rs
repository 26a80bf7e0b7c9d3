//! Checked schema of one workspace, as plain data.
//!
//! Each item knows where the file says it, so that later stages can report at its line.

use std::path::Path;

use crate::diagnostic::{Error, Report, Source, Span, Warning};
use crate::yaml::{self, Node};
use crate::{FieldType, Options, check, read};

/// A value and the place where the file says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The file's content.
    pub value: T,
    /// Where it says it.
    pub span: Span,
}

/// Schema that passed every check.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// The text that it was read from, which resolves each [`Span`] to line and column.
    pub source: Source,
    /// `enterprise.id`, where the schema names one.
    pub enterprise_id: Option<String>,
    /// `enterprise.name`, for people.
    pub enterprise_name: Option<String>,
    /// The lead's fields in the order of the file, the identifier among them.
    pub fields: Vec<Field>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// Fields under `codegen: skip`: telecrm has them, generated code does not.
    pub skipped: Vec<SkippedField>,
    /// The custom actions that may be written, in the order of the file.
    pub actions: Vec<Action>,
    /// The lead stage pipeline; empty where the schema has none.
    pub pipeline: Pipeline,
    /// The section `codegen`.
    pub overrides: Overrides,
}

impl Schema {
    /// Reads and checks a schema file.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place.
    pub fn from_file(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::check_file(path).map(|(schema, _)| schema)
    }

    /// Reads and checks a schema that is not a file.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place.
    pub fn from_yaml(yaml: &str) -> Result<Self, Error> {
        Self::check_yaml("schema", yaml).map(|(schema, _)| schema)
    }

    /// Reads and checks a schema file, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Every mistake in the file, with its place, and the warnings among them.
    pub fn check_file(path: impl AsRef<Path>) -> Result<(Self, Vec<Warning>), Error> {
        Self::check(Source::read(path)?)
    }

    /// Reads and checks a schema that is not a file, and returns its warnings too. `name` stands
    /// for the path in reports.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check_yaml(name: &str, yaml: &str) -> Result<(Self, Vec<Warning>), Error> {
        Self::check(Source::new(name, yaml))
    }

    /// Checks the text of a schema, and returns its warnings too.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check(source: Source) -> Result<(Self, Vec<Warning>), Error> {
        let mut report = Report::new(source);
        let draft = Self::draft(&mut report);
        report.finish(draft)
    }

    /// Reads and checks a schema, and hands it to a later stage with the same report.
    ///
    /// A schema without mistakes is read without places, which takes a fraction of the time; then
    /// every [`Span`] in it is empty. Where any stage has something to report, all of it happens
    /// again with places.
    ///
    /// # Errors
    ///
    /// Every mistake in the text, with its place, and the warnings among them.
    pub fn check_with<T>(
        source: Source,
        stage: impl Fn(Self, &mut Report) -> T,
    ) -> Result<(T, Vec<Warning>), Error> {
        if !read::may_be_misread(source.text()) {
            let mut report = Report::without_places(source.clone());
            let result = Self::draft(&mut report).map(|schema| stage(schema, &mut report));
            match result {
                Some(result) if report.is_clean() => return Ok((result, Vec::new())),
                // The text is not YAML, and the report says why.
                None if report.has_places() => return report.finish(None),
                _ => {}
            }
        }
        let mut report = Report::new(source);
        let result = Self::draft(&mut report).map(|schema| stage(schema, &mut report));
        report.finish(result)
    }

    /// The whole file, for what the fields of this struct do not keep.
    #[must_use]
    pub fn tree(&self) -> Node {
        let mut report = Report::new(self.source.clone());
        // It has been read before.
        yaml::parse(&mut report).unwrap_or_default()
    }

    /// Reads and checks the report's source as far as its mistakes allow.
    ///
    /// Only [`Report::finish`] says whether the result is a whole schema: until then, items with
    /// mistakes may be missing. Later stages add their own diagnostics to the same report.
    #[must_use]
    pub fn draft(report: &mut Report) -> Option<Self> {
        let document = read::read(report)?;
        check::check(&document, report)
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

    /// Names of the list of statuses under `codegen.rename.options`: the API names of `STATUS`
    /// fields, and `Status`.
    #[must_use]
    pub fn status_lists(&self) -> Vec<&str> {
        self.lists("STATUS", "Status")
    }

    /// Names of the list of lost reasons under `codegen.rename.options`: the API names of
    /// `LOST_REASON` fields, and `LostReason`.
    #[must_use]
    pub fn lost_reason_lists(&self) -> Vec<&str> {
        self.lists("LOST_REASON", "LostReason")
    }

    fn lists<'s>(&'s self, type_name: &str, own: &'s str) -> Vec<&'s str> {
        let fields = self.fields.iter();
        let fields = fields.filter(|field| field.field_type.name() == type_name);
        let skipped = self.skipped.iter().filter(|field| {
            FieldType::parse(&field.type_name).is_some_and(|it| it.name() == type_name)
        });
        let names = fields.map(|field| field.api_name.as_str());
        names.chain(skipped.map(|field| field.api_name.as_str())).chain([own]).collect()
    }
}

/// A field of a lead or of a custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// telecrm's own id, where the schema has it. It stays when the API name changes.
    pub id: Option<String>,
    /// The key on the wire, byte for byte.
    pub api_name: String,
    /// Where the file has the API name.
    pub span: Span,
    /// The values that telecrm accepts in it.
    pub field_type: FieldType,
    /// telecrm's own description, for people.
    pub description: Option<String>,
    /// Whether it can only be set when the lead is created.
    pub lock_after_create: bool,
    /// Whether generated code has a name for it. Not where `codegen: only` does not list it.
    pub is_generated: bool,
}

impl Field {
    /// The labels of its own that a dropdown or tags field has.
    #[must_use]
    pub fn options(&self) -> Option<&Options> {
        self.field_type.options()
    }
}

/// A field that telecrm has and generated code leaves out.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SkippedField {
    /// The key on the wire.
    pub api_name: String,
    /// Where the file has the API name.
    pub span: Span,
    /// The type as the schema spells it; it may be one that this crate does not know.
    pub type_name: String,
}

/// A label of an option, a status or a lost reason.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Label {
    /// telecrm's own id (`id`, `statusid`, `reasonid`), where the schema has it. It tells a changed
    /// label from a removed and an added one.
    pub id: Option<String>,
    /// The label on the wire, byte for byte.
    pub text: String,
    /// Where the file has it.
    pub span: Span,
    /// Earlier labels (`formerly`), newest first.
    pub formerly: Vec<Spanned<String>>,
}

/// A custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Action {
    /// The full code on the wire, `ACTION_1001`.
    pub code: String,
    /// Where the file has the code.
    pub span: Span,
    /// The name that people see in telecrm.
    pub display_name: String,
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
    pub lost_reasons: Vec<Label>,
    /// Lost reasons that telecrm drops.
    pub archived_lost_reasons: Vec<Archived>,
}

/// An active status.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Status {
    /// Its label.
    pub label: Label,
    /// The stage that it belongs to.
    pub stage: Stage,
}

/// An archived status or lost reason that no active one revives.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Archived {
    /// telecrm's own id, where the schema has it.
    pub id: Option<String>,
    /// The label that telecrm would drop.
    pub text: String,
    /// Where the file has it.
    pub span: Span,
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

/// The section `codegen`: what the user decided about generated code.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// `codegen.rename`
    pub rename: Renames,
    /// Fields to leave out: API names, or `ACTION_1001.outcome`.
    pub skip: Vec<Spanned<String>>,
    /// The only lead fields that generated code has, beside the identifier: API names. `None` stands
    /// for all of them.
    pub only: Option<Vec<Spanned<String>>>,
    /// Fields whose labels are not a closed list: API names, or `ACTION_1001.outcome`.
    pub open: Vec<Spanned<String>>,
}

/// `codegen.rename`: names that the user chose.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Renames {
    /// Fields, by API name or `ACTION_1001.outcome`.
    pub fields: Vec<Rename>,
    /// Actions, by code.
    pub actions: Vec<Rename>,
    /// The option types of fields, by API name or `ACTION_1001.outcome`.
    pub types: Vec<Rename>,
    /// Labels, by the list that they stand in.
    pub options: Vec<OptionRenames>,
}

/// One `name on the wire: name in code`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rename {
    /// The name on the wire.
    pub from: Spanned<String>,
    /// The name in code.
    pub to: Spanned<String>,
}

/// The renamed labels of one list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OptionRenames {
    /// The field's API name, `ACTION_1001.outcome`, `Status` or `LostReason`.
    pub list: Spanned<String>,
    /// Its renamed labels.
    pub labels: Vec<Rename>,
}
