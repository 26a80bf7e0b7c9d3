//! `WORKSPACE`: the schema as data.

use proc_macro2::TokenStream;
use quote::quote;

use super::field::{self, Paths};
use super::{ident, lints};
use crate::model::{Archived, Workspace};

pub(super) fn emit(workspace: &Workspace) -> TokenStream {
    let options = quote!(options::);
    let paths = Paths { own: &options, pipeline: &options };
    let identifier = &workspace.identifier().api_name;
    let fields = workspace.fields.iter().map(|it| field::info(it, paths));
    let actions = workspace.actions.iter().map(|action| {
        let name = ident(&action.ident);
        let display_name = &action.display_name;
        let backdatable = action.backdatable.then(|| quote!(.backdatable()));
        quote! {
            telecrm::ActionInfo::new(
                actions::#name::CODE,
                #display_name,
                actions::#name::FIELDS,
            ) #backdatable
        }
    });
    let enterprise = workspace.enterprise_id.as_ref().map(|id| quote!(.enterprise(#id)));
    let name = workspace.enterprise_name.as_ref().map(|name| quote!(.name(#name)));
    let pipeline = &workspace.pipeline;
    let statuses = (!pipeline.statuses.is_empty()).then(|| {
        let archived = labels(&pipeline.archived_statuses);
        quote!(.statuses(options::Status::LABELS, #archived))
    });
    let lost_reasons = (!pipeline.lost_reasons.is_empty()).then(|| {
        let archived = labels(&pipeline.archived_lost_reasons);
        quote!(.lost_reasons(options::LostReason::LABELS, #archived))
    });
    let spellings = spellings(workspace);
    quote! {
        /// The workspace's schema as data.
        #spellings
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        pub static WORKSPACE: &telecrm::Workspace = &telecrm::Workspace::new(
            #identifier,
            FIELDS,
            ACTIONS,
        ) #enterprise #name #statuses #lost_reasons;

        #spellings
        const FIELDS: &[telecrm::FieldInfo] = &[#(#fields,)*];

        #spellings
        const ACTIONS: &[telecrm::ActionInfo] = &[#(#actions,)*];
    }
}

fn spellings(workspace: &Workspace) -> TokenStream {
    let fields = workspace.fields.iter().map(|field| field.api_name.as_str());
    let actions = workspace.actions.iter().map(|action| action.display_name.as_str());
    let name = workspace.enterprise_name.as_deref();
    let pipeline = &workspace.pipeline;
    let archived = pipeline.archived_statuses.iter().chain(&pipeline.archived_lost_reasons);
    let archived = archived.map(|it| it.label.as_str());
    lints::spellings(fields.chain(actions).chain(name).chain(archived))
}

fn labels(archived: &[Archived]) -> TokenStream {
    let labels = archived.iter().map(|it| &it.label);
    quote!(&[#(#labels,)*])
}
