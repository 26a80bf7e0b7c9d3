//! `WORKSPACE`: the schema as data.

use proc_macro2::TokenStream;
use quote::quote;

use super::{ident, lints};
use crate::names::{NamedArchived, NamedSchema};
use crate::output::Output;

pub(super) fn emit(schema: &NamedSchema, out: &mut Output) -> syn::Result<()> {
    let identifier = &schema.identifier().schema.api_name;
    let actions = schema.actions.iter().map(|action| {
        let (ident, name) = (ident(&action.ident), &action.schema.display_name);
        let backdatable = action.schema.backdatable.then(|| quote!(.backdatable()));
        quote! {
            telecrm::ActionInfo::new(actions::#ident::CODE, #name, actions::#ident::FIELDS)
                #backdatable
        }
    });
    let enterprise = schema.schema.enterprise_id.iter().map(|id| quote!(.enterprise(#id)));
    let name = schema.schema.enterprise_name.iter().map(|name| quote!(.name(#name)));
    let pipeline = &schema.pipeline;
    let statuses = (!pipeline.statuses.is_empty()).then(|| {
        let archived = texts(&pipeline.archived_statuses);
        quote!(.statuses(options::Status::LABELS, #archived))
    });
    let lost_reasons = (!pipeline.lost_reasons.is_empty()).then(|| {
        let archived = texts(&pipeline.archived_lost_reasons);
        quote!(.lost_reasons(options::LostReason::LABELS, #archived))
    });
    let ignored = ignored(schema);
    let ignoring = (!ignored.is_empty()).then(|| quote!(.ignoring(&[#(#ignored),*])));
    let allowed = lints::wire();
    out.item(quote! {
        /// The workspace's schema as data.
        #allowed
        pub static WORKSPACE: &telecrm::Workspace =
            &telecrm::Workspace::new(#identifier, Lead::FIELDS, &[#(#actions),*])
                #(#enterprise)* #(#name)* #statuses #lost_reasons #ignoring;
    })
}

/// The texts of archived labels as a slice.
fn texts(archived: &[NamedArchived]) -> TokenStream {
    let texts = archived.iter().map(|label| &label.schema.text);
    quote!(&[#(#texts),*])
}

/// The fields that the schema excludes. A live workspace with these fields has not drifted.
fn ignored(schema: &NamedSchema) -> Vec<String> {
    let schema = &schema.schema;
    let of_leads = schema.skipped.iter().map(|field| field.api_name.clone());
    let of_actions = schema.actions.iter().flat_map(|action| {
        action.skipped.iter().map(move |field| format!("{}.{}", action.code, field.api_name))
    });
    let unlisted = schema.fields.iter().filter(|field| !field.is_generated);
    let unlisted = unlisted.map(|field| field.api_name.clone());
    of_leads.chain(unlisted).chain(of_actions).collect()
}
