//! One enum of labels: a dropdown's, a tags field's, the statuses, the lost reasons.

use std::fmt::Write as _;

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{self, code, docs, line_comment, some_of};
use super::{Attributes, ident};
use crate::model::{Action, Archived, Choice, Field, Kind, Options, Pipeline, Stage};

/// A list of labels, whatever it belongs to.
pub(super) struct List<'m> {
    ident: &'m str,
    /// What errors call it: the API name, or the action's code and the API name.
    name: String,
    kind: &'static str,
    docs: String,
    choices: Vec<&'m Choice>,
    archived: &'m [Archived],
    /// The type of the constants for archived labels.
    archived_type: &'static str,
    stages: Vec<Stage>,
}

impl<'m> List<'m> {
    pub(super) fn of_field(
        field: &'m Field,
        options: &'m Options,
        action: Option<&Action>,
    ) -> Self {
        let kind = if matches!(field.kind, Kind::Tags(_)) { "tags" } else { "dropdown" };
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
            choices: options.choices.iter().collect(),
            archived: &[],
            archived_type: "",
            stages: Vec::new(),
        }
    }

    pub(super) fn of_pipeline(pipeline: &'m Pipeline) -> impl Iterator<Item = Self> {
        let statuses = Self {
            ident: "Status",
            name: "status".to_owned(),
            kind: "status",
            docs: "Statuses of the lead stage pipeline that a lead can be given.".to_owned(),
            choices: pipeline.statuses.iter().map(|status| &status.choice).collect(),
            archived: &pipeline.archived_statuses,
            archived_type: "ArchivedStatus",
            stages: pipeline.statuses.iter().map(|status| status.stage).collect(),
        };
        let reasons = Self {
            ident: "LostReason",
            name: "lost reason".to_owned(),
            kind: "lost reason",
            docs: "Reasons for which a lead can be given up.".to_owned(),
            choices: pipeline.lost_reasons.iter().collect(),
            archived: &pipeline.archived_lost_reasons,
            archived_type: "ArchivedLostReason",
            stages: Vec::new(),
        };
        [statuses, reasons].into_iter().filter(|list| !list.choices.is_empty())
    }
}

pub(super) fn emit(list: &List<'_>, module: &str, attributes: &Attributes) -> TokenStream {
    let name = ident(list.ident);
    let docs = docs(&list.docs);
    let names = some_of(list.choices.iter().map(|choice| choice.ident.as_str()));
    let comment = line_comment(&match list.kind {
        "dropdown" | "tags" => {
            format!("telecrm would create any label but those of {}: {names}", code(&list.name))
        }
        kind => format!("telecrm silently drops any {kind} but the active ones: {names}"),
    });
    let attributes = attributes.of(module, list.ident);
    let variants = list.choices.iter().map(|choice| {
        let name = ident(&choice.ident);
        let docs = self::docs(&docs::choice(choice));
        quote!(#docs #name)
    });
    let empty = list.choices.is_empty().then(|| {
        quote!(#[allow(clippy::empty_enums, reason = "every label is sent as `Open::new_label`")])
    });
    let associated = associated(list);
    let impls = impls(list);
    quote! {
        #docs
        #comment
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #empty
        #attributes
        pub enum #name {
            #(#variants,)*
        }
        #associated
        #impls
    }
}

fn associated(list: &List<'_>) -> TokenStream {
    let name = ident(list.ident);
    let idents = list.choices.iter().map(|choice| ident(&choice.ident));
    let labels = list.choices.iter().map(|choice| &choice.label);
    let stage = (!list.stages.is_empty()).then(|| stages(&list.stages));
    let constants = constants(list);
    quote! {
        impl #name {
            /// All of them, in the order of the schema.
            pub const ALL: &'static [Self] = &[#(Self::#idents,)*];
            /// Their labels on the wire, in the same order.
            pub const LABELS: &'static [&'static str] = &[#(#labels,)*];
            #constants

            #stage
        }
    }
}

fn stages(stages: &[Stage]) -> TokenStream {
    let stages = stages.iter().map(|stage| {
        let stage = ident(match stage {
            Stage::Open => "Open",
            Stage::Won => "Won",
            Stage::Lost => "Lost",
        });
        quote!(telecrm::Stage::#stage)
    });
    quote! {
        const STAGES: &'static [telecrm::Stage] = &[#(#stages,)*];

        /// The stage that the status belongs to.
        #[must_use]
        pub const fn stage(self) -> telecrm::Stage {
            Self::STAGES[self as usize]
        }
    }
}

/// Constants that are named as variants: archived labels, whose use explains itself, and earlier
/// labels of options that were relabelled.
fn constants(list: &List<'_>) -> TokenStream {
    let archived_type = (!list.archived.is_empty()).then(|| ident(list.archived_type));
    let archived = list.archived.iter().map(|archived| {
        let name = ident(&archived.ident);
        let label = &archived.label;
        let docs = docs(&format!("{} is archived: telecrm drops it.", code(label)));
        quote! {
            #docs
            #[allow(non_upper_case_globals, reason = "it stands beside the variants")]
            pub const #name: telecrm::#archived_type =
                telecrm::#archived_type::new(#label);
        }
    });
    let formers = list.choices.iter().flat_map(|choice| {
        let now = ident(&choice.ident);
        choice.formerly.iter().map(move |former| {
            let name = ident(&former.ident);
            let docs = docs(&format!("The earlier label {}.", code(&former.label)));
            let note = format!("relabelled in telecrm: write `{}`", choice.ident);
            quote! {
                #docs
                #[deprecated(note = #note)]
                #[allow(non_upper_case_globals, reason = "it stands beside the variants")]
                pub const #name: Self = Self::#now;
            }
        })
    });
    quote!(#(#archived)* #(#formers)*)
}

fn impls(list: &List<'_>) -> TokenStream {
    let name = ident(list.ident);
    let (api_name, kind) = (&list.name, list.kind);
    let more = if list.choices.is_empty() {
        quote!(, empty)
    } else if list.archived.is_empty() {
        quote!()
    } else {
        let labels = list.archived.iter().map(|archived| &archived.label);
        quote!(, archived: &[#(#labels),*])
    };
    quote!(telecrm::impl_labelled!(#name, #kind, #api_name #more);)
}
