//! Enums of labels: options of a field, statuses or lost reasons.

use quote::quote;
use telecrm_schema::Stage;

use super::docs::{self, code, doc_lines, docs, only_these};
use super::field::{FieldForm, text};
use super::field_type::ListKind;
use super::{Context, ident};
use crate::names::{NamedAction, NamedArchived, NamedLabel, NamedPipeline};
use crate::output::{Output, filled};

/// Labels of a field or of the pipeline.
pub(super) struct List<'m> {
    ident: &'m str,
    /// Its name in errors: the API name, or the action's code and the API name.
    name: String,
    kind: ListKind,
    docs: String,
    labels: Vec<&'m NamedLabel>,
    archived: &'m [NamedArchived],
    /// The type of the constants for archived labels.
    archived_type: &'static str,
    stages: Vec<Stage>,
}

impl<'m> List<'m> {
    /// The lists of the fields with options, of the lead or of an action.
    pub(super) fn of_fields(
        forms: &[FieldForm<'m>],
        action: Option<&NamedAction>,
    ) -> impl Iterator<Item = Self> {
        forms.iter().filter_map(move |form| Self::of_field(form, action))
    }

    fn of_field(form: &FieldForm<'m>, action: Option<&NamedAction>) -> Option<Self> {
        let (options, schema) = (form.field().options.as_ref()?, &form.field().schema);
        let kind = form.list_kind();
        let of_field = format!("Labels of the {} field {}", kind.noun(), code(&schema.api_name));
        let (mut docs, name) = match action {
            None => (format!("{of_field}."), schema.api_name.clone()),
            Some(action) => (
                format!("{of_field} of the action {}.", code(&action.schema.display_name)),
                format!("{}.{}", action.schema.code, schema.api_name),
            ),
        };
        if let Some(description) = &schema.description {
            docs::append(&mut docs, &docs::prose(description));
        }
        Some(Self {
            ident: &options.ident,
            name,
            kind,
            docs,
            labels: options.labels.iter().collect(),
            archived: &[],
            archived_type: "",
            stages: Vec::new(),
        })
    }

    pub(super) fn of_pipeline(pipeline: &'m NamedPipeline) -> impl Iterator<Item = Self> {
        let statuses = Self {
            ident: "Status",
            name: "status".to_owned(),
            kind: ListKind::Status,
            docs: "Active statuses of the lead stage pipeline.".to_owned(),
            labels: pipeline.statuses.iter().map(|status| &status.label).collect(),
            archived: &pipeline.archived_statuses,
            archived_type: "ArchivedStatus",
            stages: pipeline.statuses.iter().map(|status| status.stage).collect(),
        };
        let reasons = Self {
            ident: "LostReason",
            name: "lost reason".to_owned(),
            kind: ListKind::LostReason,
            docs: "Active lost reasons.".to_owned(),
            labels: pipeline.lost_reasons.iter().collect(),
            archived: &pipeline.archived_lost_reasons,
            archived_type: "ArchivedLostReason",
            stages: Vec::new(),
        };
        [statuses, reasons].into_iter().filter(|list| !list.labels.is_empty())
    }
}

/// Appends the enum, its labels, and its constants.
pub(super) fn emit(
    list: &List<'_>,
    module: &str,
    context: &Context<'_>,
    out: &mut Output,
) -> syn::Result<()> {
    definition(list, module, context, out)?;
    labels(list, out);
    constants(list, out)
}

fn definition(
    list: &List<'_>,
    module: &str,
    context: &Context<'_>,
    out: &mut Output,
) -> syn::Result<()> {
    let kind = match list.kind {
        ListKind::Dropdown => "options",
        ListKind::Tags => "tags",
        ListKind::Status => "statuses",
        ListKind::LostReason => "lost reasons",
    };
    let comment = only_these(kind, "", list.labels.iter().map(|label| label.ident.as_str()));
    let (docs, ident) = (docs(&list.docs), ident(list.ident));
    let added = context.attributes.of(module, list.ident);
    let definition = quote! {
        #docs
        #[derive(Clone, Copy, PartialEq)]
        #added
        pub enum #ident {}
    };
    let mut variants = Vec::new();
    for label in &list.labels {
        variants.extend(doc_lines(&code(&label.schema.text)));
        variants.push(format!("{},", label.ident));
    }
    out.item_with_lines(definition, &comment, &variants)
}

/// Appends the labels as data, each with its variant.
fn labels(list: &List<'_>, out: &mut Output) {
    let labels = list.labels.iter();
    let labels = labels.map(|label| format!("{} = {},", label.ident, text(&label.schema.text)));
    let head = format!("{}({:?}, {})", list.ident, list.kind, text(&list.name));
    let mut blocks = vec![(head, filled(labels))];
    if !list.archived.is_empty() {
        let archived = list.archived.iter().map(|label| format!("{},", text(&label.schema.text)));
        blocks.push(("archived".to_owned(), filled(archived)));
    }
    out.macro_call("impl_labelled", &blocks);
}

/// Appends constants for archived and earlier labels, and the stages of statuses.
fn constants(list: &List<'_>, out: &mut Output) -> syn::Result<()> {
    let mut items = Vec::new();
    for label in list.archived {
        let text = &label.schema.text;
        let docs = docs(&format!("{} is archived: telecrm silently drops it.", code(text)));
        let (ident, archived_type) = (ident(&label.ident), ident(list.archived_type));
        items.push(quote! {
            #docs
            pub const #ident: telecrm::#archived_type = telecrm::#archived_type::new(#text);
        });
    }
    for label in &list.labels {
        let (current, note) =
            (ident(&label.ident), format!("relabelled in telecrm: write `{}`", label.ident));
        for former in &label.former {
            let docs = docs(&format!("Earlier label {}.", code(&former.text)));
            let ident = ident(&former.ident);
            items.push(quote! {
                #docs
                #[deprecated(note = #note)]
                pub const #ident: Self = Self::#current;
            });
        }
    }
    if !list.stages.is_empty() {
        let stages = list.stages.iter().map(|stage| match stage {
            Stage::Open => quote!(telecrm::Stage::Open),
            Stage::Won => quote!(telecrm::Stage::Won),
            Stage::Lost => quote!(telecrm::Stage::Lost),
        });
        items.push(quote!(const STAGES: &'static [telecrm::Stage] = &[#(#stages),*];));
        items.push(quote! {
            /// Returns the stage of the pipeline that the status belongs to.
            #[must_use]
            pub const fn stage(self) -> telecrm::Stage {
                Self::STAGES[self as usize]
            }
        });
    }
    if items.is_empty() {
        return Ok(());
    }
    let ident = ident(list.ident);
    out.item_with_items(quote!(impl #ident {}), |out| {
        items.into_iter().try_for_each(|item| out.item(item))
    })
}
