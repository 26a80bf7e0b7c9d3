//! Schema with every Rust name decided, and the pass that decides them.

use std::ops::Deref;

use telecrm_schema::{Action, Archived, Field, Label, Report, Schema, Status};

use super::assign::{RenameAt, Wanted, name_all};
use super::casing::{Style, plain};
use super::renames::{Renames, path_of};
use super::scope::Scope;
use super::{reserved, texts};

macro_rules! deref {
    ($($named:ident => $field:ident: $plain:ident;)*) => {$(
        impl Deref for $named {
            type Target = $plain;

            fn deref(&self) -> &$plain {
                &self.$field
            }
        }
    )*};
}

deref! {
    NamedSchema => schema: Schema;
    NamedField => field: Field;
    NamedLabel => label: Label;
    NamedAction => action: Action;
    NamedStatus => status: Status;
    NamedArchived => archived: Archived;
}

/// A schema with every Rust name decided.
///
/// It dereferences to its [`Schema`]; what has a Rust name is listed here again, with it. The same
/// holds for each named item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedSchema {
    /// The schema that was named.
    pub schema: Schema,
    /// The lead's fields that generated code has.
    pub fields: Vec<NamedField>,
    /// Index of the lead identifier in [`fields`](Self::fields).
    pub identifier: usize,
    /// The custom actions.
    pub actions: Vec<NamedAction>,
    /// The lead stage pipeline.
    pub pipeline: NamedPipeline,
}

impl NamedSchema {
    /// The field by which telecrm finds a lead.
    #[must_use]
    pub fn identifier(&self) -> &NamedField {
        &self.fields[self.identifier]
    }
}

/// A field with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedField {
    /// The field that was named.
    pub field: Field,
    /// The Rust name of the struct field and of its setter (`r#type` where it must be raw).
    pub ident: String,
    /// The enum of a dropdown or tags field.
    pub options: Option<NamedOptions>,
    /// The Rust name of the type of a text with limits, in `texts` or in the action's module.
    pub text: Option<String>,
}

impl NamedField {
    /// The Rust name of the constant that holds the API name. Fields' names are in `snake_case`, so
    /// that these differ where those do.
    #[must_use]
    pub fn constant(&self) -> String {
        plain(&self.ident).to_ascii_uppercase()
    }
}

/// The enum of a dropdown or tags field.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedOptions {
    /// The Rust name of the enum, in `options` or in the action's module.
    pub ident: String,
    /// Its variants.
    pub labels: Vec<NamedLabel>,
}

/// A label with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedLabel {
    /// The label that was named.
    pub label: Label,
    /// The Rust name of the variant.
    pub ident: String,
    /// Earlier labels whose Rust names no current label has.
    pub former: Vec<Former>,
}

/// An earlier label of an option.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Former {
    /// The earlier label.
    pub text: String,
    /// The Rust name that it had.
    pub ident: String,
}

/// A custom action with its Rust names.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedAction {
    /// The action that was named.
    pub action: Action,
    /// The Rust name of the struct in `actions`, and of the variant of `Action`.
    pub ident: String,
    /// The Rust name of the module in `actions` that holds the enums of its fields.
    pub module: String,
    /// Its fields.
    pub fields: Vec<NamedField>,
}

/// The lead stage pipeline with its Rust names.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct NamedPipeline {
    /// Statuses that may be sent.
    pub statuses: Vec<NamedStatus>,
    /// Statuses that telecrm drops.
    pub archived_statuses: Vec<NamedArchived>,
    /// Lost reasons that may be sent.
    pub lost_reasons: Vec<NamedLabel>,
    /// Lost reasons that telecrm drops.
    pub archived_lost_reasons: Vec<NamedArchived>,
}

/// An active status with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedStatus {
    /// The status that was named.
    pub status: Status,
    /// Its label.
    pub label: NamedLabel,
}

/// An archived label with its Rust name.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct NamedArchived {
    /// The label that was named.
    pub archived: Archived,
    /// The Rust name of the constant whose use explains that it is archived.
    pub ident: String,
}

/// Decides every Rust name.
pub(super) fn name(schema: Schema, report: &mut Report) -> NamedSchema {
    let mut names = Names { renames: Renames::new(&schema.overrides), report };
    let pipeline = names.pipeline(&schema);
    let mut types = Scope::new(Style::Camel, &[reserved::OPTION_TYPES, reserved::PRELUDE]);
    let scope = Scope::new(Style::Snake, &[reserved::LEAD_FIELDS, reserved::COMMON_METHODS]);
    let generated: Vec<Field> =
        schema.fields.iter().filter(|field| field.is_generated).cloned().collect();
    let mut text_types = Scope::new(Style::Camel, &[reserved::PRELUDE]);
    let mut fields = names.fields(&generated, None, scope, &mut types);
    texts::name(&mut fields, None, &mut text_types, names.report);
    // A draft may lack its identifier.
    let before = schema.fields.iter().take(schema.identifier);
    let identifier = before.filter(|field| field.is_generated).count();
    let actions = names.actions(&schema.actions);
    NamedSchema { schema, fields, identifier, actions, pipeline }
}

/// Names that the user chose, and where clashes are reported.
struct Names<'s> {
    renames: Renames<'s>,
    report: &'s mut Report,
}

impl Names<'_> {
    /// Fields of the lead, or of the action with this code.
    fn fields(
        &mut self,
        fields: &[Field],
        action: Option<&str>,
        mut scope: Scope,
        types: &mut Scope,
    ) -> Vec<NamedField> {
        let paths: Vec<String> = fields.iter().map(|field| path_of(field, action)).collect();
        let wanted: Vec<Wanted<'_>> = fields
            .iter()
            .zip(&paths)
            .map(|(field, path)| Wanted {
                wire: &field.api_name,
                span: field.span,
                what: "the field",
                renamed: self.renames.field(path),
                part: None,
                rename_at: Some(RenameAt { section: "fields", list: None, key: path }),
            })
            .collect();
        let idents = name_all(&wanted, Style::Snake, &mut scope, self.report);
        let listed = || fields.iter().zip(&paths).filter(|(field, _)| field.options().is_some());
        let wanted: Vec<Wanted<'_>> = listed()
            .map(|(field, path)| Wanted {
                wire: &field.api_name,
                span: field.span,
                what: "the enum of",
                renamed: self.renames.option_type(path),
                part: None,
                rename_at: Some(RenameAt { section: "types", list: None, key: path }),
            })
            .collect();
        let mut types = name_all(&wanted, Style::Camel, types, self.report).into_iter();
        fields
            .iter()
            .zip(&paths)
            .zip(idents)
            .map(|((field, path), ident)| NamedField {
                field: field.clone(),
                ident,
                options: field.options().map(|options| NamedOptions {
                    // Every field with options was named, in this order.
                    ident: types.next().unwrap_or_default(),
                    labels: self.labels(
                        options.labels.iter(),
                        &[path],
                        "the label",
                        &mut variants(),
                    ),
                }),
                text: None,
            })
            .collect()
    }

    /// Names the labels of a list. `lists` are the names that it goes by under
    /// `codegen.rename.options`; the first is the one to suggest.
    fn labels<'l>(
        &mut self,
        labels: impl Iterator<Item = &'l Label> + Clone,
        lists: &[&str],
        what: &'static str,
        scope: &mut Scope,
    ) -> Vec<NamedLabel> {
        let wanted: Vec<Wanted<'_>> = labels
            .clone()
            .map(|label| Wanted {
                wire: &label.text,
                span: label.span,
                what,
                renamed: self.renames.label(lists, &label.text),
                part: None,
                rename_at: lists.first().map(|&list| RenameAt {
                    section: "options",
                    list: Some(list),
                    key: &label.text,
                }),
            })
            .collect();
        let idents = name_all(&wanted, Style::Camel, scope, self.report);
        labels
            .zip(idents)
            .map(|(label, ident)| NamedLabel {
                label: label.clone(),
                ident,
                former: former(label, scope),
            })
            .collect()
    }

    fn pipeline(&mut self, schema: &Schema) -> NamedPipeline {
        let pipeline = &schema.pipeline;
        let mut scope = variants();
        let labels = pipeline.statuses.iter().map(|status| &status.label);
        let labels = self.labels(labels, &schema.status_lists(), "the status", &mut scope);
        let statuses = pipeline.statuses.iter().zip(labels);
        let statuses =
            statuses.map(|(status, label)| NamedStatus { status: status.clone(), label }).collect();
        let archived_statuses = archived(&pipeline.archived_statuses, &mut scope);
        let mut scope = variants();
        let lists = schema.lost_reason_lists();
        let reasons = pipeline.lost_reasons.iter();
        let lost_reasons = self.labels(reasons, &lists, "the lost reason", &mut scope);
        let archived_lost_reasons = archived(&pipeline.archived_lost_reasons, &mut scope);
        NamedPipeline { statuses, archived_statuses, lost_reasons, archived_lost_reasons }
    }

    fn actions(&mut self, actions: &[Action]) -> Vec<NamedAction> {
        let mut scope = Scope::new(Style::Camel, &[reserved::ACTION_TYPES, reserved::PRELUDE]);
        let wanted: Vec<Wanted<'_>> = actions
            .iter()
            .map(|action| Wanted {
                wire: &action.display_name,
                span: action.span,
                what: "the action",
                renamed: self.renames.action(&action.code),
                part: Some(bare(&action.code)).filter(|it| !it.is_empty()),
                rename_at: Some(RenameAt { section: "actions", list: None, key: &action.code }),
            })
            .collect();
        let idents = name_all(&wanted, Style::Camel, &mut scope, self.report);
        let modules = modules(actions, &idents, &mut scope);
        actions
            .iter()
            .zip(idents)
            .zip(modules)
            .map(|((action, ident), module)| {
                let mut types = Scope::new(Style::Camel, &[reserved::PRELUDE]);
                let reserved = [reserved::ACTION_FIELDS, reserved::COMMON_METHODS];
                let scope = Scope::new(Style::Snake, &reserved);
                let code = Some(action.code.as_str());
                let mut fields = self.fields(&action.fields, code, scope, &mut types);
                texts::name(&mut fields, code, &mut types, self.report);
                NamedAction { action: action.clone(), ident, module, fields }
            })
            .collect()
    }
}

/// A scope for the variants of one enum.
fn variants() -> Scope {
    Scope::new(Style::Camel, &[reserved::VARIANTS])
}

/// The Rust names of earlier labels, where no current label has them.
fn former(label: &Label, scope: &mut Scope) -> Vec<Former> {
    let formerly = label.formerly.iter();
    formerly
        .filter_map(|earlier| {
            let name = Style::Camel.spell(&earlier.value);
            let ident = scope.claim_exactly(&name, (&earlier.value, earlier.span)).ok()?;
            Some(Former { text: earlier.value.clone(), ident })
        })
        .collect()
}

/// Names the constants that explain archived labels.
fn archived(archived: &[Archived], scope: &mut Scope) -> Vec<NamedArchived> {
    let name = |it: &Archived| {
        let claim = scope.claim(&Style::Camel.spell(&it.text), None, (&it.text, it.span));
        NamedArchived { archived: it.clone(), ident: claim.ident }
    };
    archived.iter().map(name).collect()
}

/// Modules are named as their structs, and share the namespace with them.
fn modules(actions: &[Action], idents: &[String], scope: &mut Scope) -> Vec<String> {
    let names = idents.iter().map(|ident| plain(ident));
    names
        .zip(actions)
        .map(|(name, action)| {
            let code = Style::Camel.spell_part(bare(&action.code));
            // `SiteVisit1002` is `site_visit_1002`.
            let name = match name.strip_suffix(&code) {
                Some(rest) if !rest.is_empty() && !code.is_empty() => format!("{rest}_{code}"),
                _ => name.to_owned(),
            };
            let owner = (action.code.as_str(), action.span);
            scope.claim(&Style::Snake.spell(&name), None, owner).ident
        })
        .collect()
}

/// The code without its prefix.
fn bare(code: &str) -> &str {
    code.strip_prefix("ACTION_").unwrap_or(code)
}
