//! Enum of labels: options of a field, statuses or lost reasons.

use std::fmt::Write as _;

use quote::quote;
use syn::{ImplItem, Item, Visibility};
use telecrm_schema::{FieldType, Stage};

use super::ast;
use super::docs::{self, code, doc_lines, docs, line_comment, some_of};
use super::verbatim::{filled, text};
use super::{Attributes, Verbatim};
use crate::names::{
    Former, NamedAction, NamedArchived, NamedField, NamedLabel, NamedOptions, NamedPipeline,
};

/// A list of labels, whatever it belongs to.
pub(super) struct List<'m> {
    ident: &'m str,
    /// Its name in errors: the API name, or the action's code and the API name.
    name: String,
    kind: &'static str,
    docs: String,
    labels: Vec<&'m NamedLabel>,
    archived: &'m [NamedArchived],
    /// The type of the constants for archived labels.
    archived_type: &'static str,
    stages: Vec<Stage>,
}

impl<'m> List<'m> {
    pub(super) fn of_field(
        field: &'m NamedField,
        options: &'m NamedOptions,
        action: Option<&NamedAction>,
    ) -> Self {
        let kind = if matches!(field.field_type, FieldType::Tags(_)) { "tags" } else { "dropdown" };
        let mut docs = format!("Labels of the {kind} field {}", code(&field.api_name));
        let mut name = field.api_name.clone();
        if let Some(action) = action {
            let _ = write!(docs, " of the action {}", code(&action.display_name));
            name = format!("{}.{}", action.code, field.api_name);
        }
        docs.push('.');
        if let Some(description) = &field.description {
            docs::append(&mut docs, &docs::prose(description));
        }
        Self {
            ident: &options.ident,
            name,
            kind,
            docs,
            labels: options.labels.iter().collect(),
            archived: &[],
            archived_type: "",
            stages: Vec::new(),
        }
    }

    pub(super) fn of_pipeline(pipeline: &'m NamedPipeline) -> impl Iterator<Item = Self> {
        let statuses = Self {
            ident: "Status",
            name: "status".to_owned(),
            kind: "status",
            docs: "Active statuses of the lead stage pipeline.".to_owned(),
            labels: pipeline.statuses.iter().map(|status| &status.label).collect(),
            archived: &pipeline.archived_statuses,
            archived_type: "ArchivedStatus",
            stages: pipeline.statuses.iter().map(|status| status.stage).collect(),
        };
        let reasons = Self {
            ident: "LostReason",
            name: "lost reason".to_owned(),
            kind: "lost reason",
            docs: "Active lost reasons.".to_owned(),
            labels: pipeline.lost_reasons.iter().collect(),
            archived: &pipeline.archived_lost_reasons,
            archived_type: "ArchivedLostReason",
            stages: Vec::new(),
        };
        [statuses, reasons].into_iter().filter(|list| !list.labels.is_empty())
    }
}

pub(super) fn emit(
    list: &List<'_>,
    module: &str,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Vec<Item>> {
    let mut items = vec![definition(list, module, attributes, verbatim)?, impls(list, verbatim)];
    items.extend(constants(list)?);
    Ok(items)
}

fn definition(
    list: &List<'_>,
    module: &str,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
) -> syn::Result<Item> {
    let mut attrs = docs(&list.docs);
    let names = some_of(list.labels.iter().map(|label| label.ident.as_str()));
    attrs.push(line_comment(&match list.kind {
        "dropdown" | "tags" => {
            format!("telecrm would create any label but those of {}: {names}", code(&list.name))
        }
        kind => format!("telecrm silently drops any {kind} but the active ones: {names}"),
    }));
    attrs.push(ast::attribute_with("derive", quote!(Clone, Copy, PartialEq)));
    attrs.extend(ast::attributes(attributes.of(module, list.ident))?);
    let mut lines = Vec::new();
    for label in &list.labels {
        lines.extend(doc_lines(&docs::label(label)));
        lines.push(format!("{},", label.ident));
    }
    Ok(ast::enumeration(attrs, list.ident, verbatim.variants(lines)))
}

/// Constants that are named as variants, and what only statuses have.
fn constants(list: &List<'_>) -> syn::Result<Option<Item>> {
    let archived = list.archived.iter().map(|it| archived(it, list.archived_type));
    let mut items: Vec<ImplItem> = archived.collect();
    for label in &list.labels {
        items.extend(label.former.iter().map(|it| former(it, label)));
    }
    if !list.stages.is_empty() {
        items.extend(stages(&list.stages)?);
    }
    Ok((!items.is_empty()).then(|| ast::implementation(Vec::new(), None, list.ident, items)))
}

fn stages(stages: &[Stage]) -> syn::Result<[ImplItem; 2]> {
    let stages = stages.iter().map(|stage| {
        ast::value(ast::path(match stage {
            Stage::Open => "telecrm::Stage::Open",
            Stage::Won => "telecrm::Stage::Won",
            Stage::Lost => "telecrm::Stage::Lost",
        }))
    });
    let all = ast::constant(
        Vec::new(),
        Visibility::Inherited,
        "STAGES",
        ast::static_slice(ast::type_of(ast::path("telecrm::Stage"))),
        ast::slice(stages),
    );
    let of_one = syn::parse2(quote! {
        /// The stage of the pipeline that the status belongs to.
        #[must_use]
        pub const fn stage(self) -> telecrm::Stage {
            Self::STAGES[self as usize]
        }
    })?;
    Ok([all, of_one])
}

/// A constant for an archived label, whose use explains itself.
fn archived(archived: &NamedArchived, archived_type: &str) -> ImplItem {
    let label = &archived.text;
    let attrs = docs(&format!("{} is archived: telecrm silently drops it.", code(label)));
    let new = ast::path(&format!("telecrm::{archived_type}::new"));
    let value = ast::call(new, [ast::text(label)]);
    let ty = ast::type_of(ast::path_in("telecrm", archived_type));
    ast::constant(attrs, ast::public(), &archived.ident, ty, value)
}

/// A constant for the earlier label of an option.
fn former(former: &Former, label: &NamedLabel) -> ImplItem {
    let mut attrs = docs(&format!("The earlier label {}.", code(&former.text)));
    let note = format!("relabelled in telecrm: write `{}`", label.ident);
    attrs.push(ast::attribute_with("deprecated", quote!(note = #note)));
    let now = ast::value(ast::path_in("Self", &label.ident));
    ast::constant(attrs, ast::public(), &former.ident, ast::type_of(ast::path("Self")), now)
}

/// The labels as data, each beside its variant.
fn impls(list: &List<'_>, verbatim: &mut Verbatim) -> Item {
    let labels = list.labels.iter().map(|it| format!("{} = {},", it.ident, text(&it.text)));
    let head = format!("{}({:?}, {})", list.ident, list.kind, text(&list.name));
    let mut blocks = vec![(head, filled(labels))];
    if !list.archived.is_empty() {
        let archived = list.archived.iter().map(|it| format!("{},", text(&it.text)));
        blocks.push(("archived".to_owned(), filled(archived)));
    }
    verbatim.macro_call("impl_labelled", blocks)
}
