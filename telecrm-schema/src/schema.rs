//! Checked schema of one workspace, as plain data.
//!
//! Each item knows where the file says it, so that later stages can report at its line.

use crate::diagnostic::{Source, Span, Spanned};
use crate::field_type::{FieldType, Label, Options};

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
