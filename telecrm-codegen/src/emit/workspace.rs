//! `WORKSPACE`: the schema as data.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Item, ItemConst};

use super::ast::{self, ident};
use super::field::{self, Paths};
use crate::names::{NamedArchived, NamedSchema};

pub(super) fn emit(workspace: &NamedSchema) -> syn::Result<Vec<Item>> {
    let paths = Paths { own: "options", pipeline: "options" };
    let identifier = &workspace.identifier().api_name;
    let fields = workspace.fields.iter().map(|it| field::info(it, paths));
    let actions = workspace.actions.iter().map(|action| {
        let constant = |name| {
            let mut path = ast::path_in("actions", &action.ident);
            path.segments.push(ident(name).into());
            ast::value(path)
        };
        let arguments = [constant("CODE"), ast::text(&action.display_name), constant("FIELDS")];
        let info = ast::call(ast::path("telecrm::ActionInfo::new"), arguments);
        if action.backdatable { ast::method_call(info, "backdatable", []) } else { info }
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
    let workspace = syn::parse2(quote! {
        /// The workspace's schema as data.
        pub static WORKSPACE: &telecrm::Workspace = &telecrm::Workspace::new(
            #identifier,
            FIELDS,
            ACTIONS,
        ) #enterprise #name #statuses #lost_reasons;
    })?;
    let mut list_of_fields: ItemConst = syn::parse2(quote! {
        const FIELDS: &[telecrm::FieldInfo] = &[];
    })?;
    list_of_fields.expr = Box::new(ast::slice(fields));
    let mut list_of_actions: ItemConst = syn::parse2(quote! {
        const ACTIONS: &[telecrm::ActionInfo] = &[];
    })?;
    list_of_actions.expr = Box::new(ast::slice(actions));
    Ok(vec![workspace, Item::Const(list_of_fields), Item::Const(list_of_actions)])
}

fn labels(archived: &[NamedArchived]) -> TokenStream {
    let labels = archived.iter().map(|it| &it.text);
    quote!(&[#(#labels,)*])
}
