//! `Action`: the enum of everything that a timeline takes.

use quote::quote;
use syn::Item;

use super::ast::{self, ident};
use super::docs::{code, docs, line_comment, some_of};
use super::{Attributes, lints};
use crate::names::NamedAction;

pub(super) fn emit(
    actions: &[NamedAction],
    file: &str,
    attributes: &Attributes,
) -> syn::Result<Vec<Item>> {
    let shown = some_of(actions.iter().map(|action| action.ident.as_str()));
    let mut attrs =
        docs("An action on a lead's timeline: one of the workspace's own, or a payment.");
    attrs.push(line_comment(&format!(
        "telecrm silently drops any action but Payment and those of {}: {shown}",
        code(file)
    )));
    let (allowed, added) = (lints::action(), attributes.of("", "Action"));
    attrs.extend(ast::attributes(quote! {
        #[derive(Clone, Debug, PartialEq, Eq)]
        #allowed
        #added
    })?);
    let variants = actions.iter().map(|action| {
        let docs = docs(&format!("{} ({})", code(&action.display_name), code(&action.code)));
        let content = ast::type_of(ast::path_in("actions", &action.ident));
        ast::variant(docs, &action.ident, Some(content))
    });
    let payment = ast::type_of(ast::path("telecrm::Payment"));
    let payment = ast::variant(docs("A payment (`PAYMENT`)."), "Payment", Some(payment));
    let names = actions.iter().map(|action| ident(&action.ident));
    Ok(vec![
        ast::enumeration(attrs, "Action", variants.chain([payment])),
        ast::macro_call(ast::path("telecrm::impl_action"), quote!(Action: #(#names),*)),
    ])
}
