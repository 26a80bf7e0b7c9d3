//! Checked schema of a workspace, as plain data.
//!
//! Each item has its span in the file, so that later stages can report the position of a mistake.

use crate::diagnostic::{Source, Span, Spanned};
use crate::field_type::{FieldType, Label, Options};

/// Schema that passed every check.
///
/// ```
/// use telecrm_schema::Schema;
///
/// let schema = Schema::from_yaml(
///     "
/// customFields:
///   - { apiName: phone, type: PHONE, isLeadid: true }
///   - { apiName: remark, type: TEXT, maxLength: 200 }
/// customActions:
///   - { code: ACTION_1001, displayName: Site Visit, fieldSchema: { note: TEXT } }
/// ",
/// )?;
/// assert_eq!(schema.field("remark").map(|field| field.field_type.name()), Some("TEXT"));
/// let visit = schema.action("ACTION_1001").expect("the action above");
/// assert_eq!(visit.display_name, "Site Visit");
/// assert_eq!(visit.fields[0].api_name, "note");
/// # Ok::<(), telecrm_schema::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Schema {
    /// The text of the schema, which converts each [`Span`] to line and column.
    pub source: Source,
    /// `enterprise.id`, if the schema contains it.
    pub enterprise_id: Option<String>,
    /// `enterprise.name`, for documentation.
    pub enterprise_name: Option<String>,
    /// The lead's fields in the order of the file, including the identifier.
    pub fields: Vec<Field>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// Fields of telecrm that the generated code omits (`codegen: skip`).
    pub skipped: Vec<SkippedField>,
    /// The custom actions that may be written, in the order of the file.
    pub actions: Vec<Action>,
    /// The lead stage pipeline; empty if the schema has none.
    pub pipeline: Pipeline,
    /// The section `codegen`.
    pub overrides: Overrides,
}

impl Schema {
    /// Returns the field by which telecrm finds a lead.
    #[must_use]
    pub fn identifier(&self) -> &Field {
        &self.fields[self.identifier]
    }

    /// Returns the lead field with this API name, which is case-sensitive.
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.api_name == api_name)
    }

    /// Returns the action with this full code (`ACTION_1001`).
    #[must_use]
    pub fn action(&self, code: &str) -> Option<&Action> {
        self.actions.iter().find(|action| action.code == code)
    }

    /// Returns the names of the status list under `codegen.rename.options`.
    ///
    /// The names are the API names of `STATUS` fields, and `Status`.
    #[must_use]
    pub fn status_lists(&self) -> Vec<&str> {
        self.lists("STATUS", "Status")
    }

    /// Returns the names of the lost reason list under `codegen.rename.options`.
    ///
    /// The names are the API names of `LOST_REASON` fields, and `LostReason`.
    #[must_use]
    pub fn lost_reason_lists(&self) -> Vec<&str> {
        self.lists("LOST_REASON", "LostReason")
    }

    fn lists<'s>(&'s self, type_name: &str, own: &'s str) -> Vec<&'s str> {
        let fields = self.fields.iter();
        let fields = fields.filter(|field| field.field_type.name() == type_name);
        let skipped = self.skipped.iter().filter(|field| {
            FieldType::parse(&field.type_name).is_some_and(|parsed| parsed.name() == type_name)
        });
        let names = fields.map(|field| field.api_name.as_str());
        names.chain(skipped.map(|field| field.api_name.as_str())).chain([own]).collect()
    }
}

/// A field of a lead or of a custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Field {
    /// telecrm's own id, if the schema contains it. It does not change with the API name.
    pub id: Option<String>,
    /// The key on the wire, byte for byte.
    pub api_name: String,
    /// The position of the API name in the file.
    pub span: Span,
    /// The values that telecrm accepts in the field.
    pub field_type: FieldType,
    /// The name that telecrm shows, if the schema contains it.
    pub display_name: Option<String>,
    /// The description in telecrm.
    pub description: Option<String>,
    /// Whether the field can only be set when the lead is created.
    pub lock_after_create: bool,
    /// Whether generated code contains the field: `false` if `codegen: only` does not list it.
    pub is_generated: bool,
}

impl Field {
    /// Returns the options of a dropdown or tags field.
    #[must_use]
    pub fn options(&self) -> Option<&Options> {
        self.field_type.options()
    }
}

/// A field of telecrm that the generated code omits.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SkippedField {
    /// The key on the wire.
    pub api_name: String,
    /// The position of the API name in the file.
    pub span: Span,
    /// The name of the type, exactly as in the schema. The type may be unknown to this crate.
    pub type_name: String,
}

/// A custom action.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Action {
    /// The full code on the wire, `ACTION_1001`.
    pub code: String,
    /// The position of the code in the file.
    pub span: Span,
    /// The name that telecrm displays.
    pub display_name: String,
    /// The description in telecrm.
    pub description: Option<String>,
    /// The action's fields, in the order of the file.
    pub fields: Vec<Field>,
    /// The action's fields under `codegen: skip`.
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
    /// Statuses that old leads may have, and that telecrm drops.
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
    /// The label of the status.
    pub label: Label,
    /// The stage of the status.
    pub stage: Stage,
}

/// An archived status or lost reason whose label is not active.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Archived {
    /// telecrm's own id, if the schema contains it.
    pub id: Option<String>,
    /// The label, which telecrm drops.
    pub text: String,
    /// The position of the label in the file.
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

/// The section `codegen`: the user's settings for the generated code.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Overrides {
    /// `codegen.rename`
    pub rename: Renames,
    /// Fields to exclude: API names, or `ACTION_1001.outcome`.
    pub skip: Vec<Spanned<String>>,
    /// API names of the only generated lead fields, in addition to the identifier.
    ///
    /// `None` means that all fields are generated.
    pub only: Option<Vec<Spanned<String>>>,
    /// Fields that allow labels outside of their list: API names, or `ACTION_1001.outcome`.
    pub open: Vec<Spanned<String>>,
    /// The start of the names of the environment variables of this workspace, such as `ACME_`.
    pub env: Option<Spanned<String>>,
}

/// `codegen.rename`: names in the generated code.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Renames {
    /// Fields, by API name or `ACTION_1001.outcome`.
    pub fields: Vec<Rename>,
    /// Actions, by code.
    pub actions: Vec<Rename>,
    /// The option types of fields, by API name or `ACTION_1001.outcome`.
    pub types: Vec<Rename>,
    /// Labels, by the name of their list.
    pub options: Vec<OptionRenames>,
}

/// An entry `name on the wire: name in code`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rename {
    /// The name on the wire.
    pub from: Spanned<String>,
    /// The name in code.
    pub to: Spanned<String>,
}

/// The renamed labels of a list.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OptionRenames {
    /// The field's API name, `ACTION_1001.outcome`, `Status` or `LostReason`.
    pub list: Spanned<String>,
    /// The renamed labels.
    pub labels: Vec<Rename>,
}
