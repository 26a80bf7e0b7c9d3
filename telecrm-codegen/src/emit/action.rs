//! `Action`: the enum of everything that a timeline takes.

use quote::quote;
use syn::Item;

use super::ast::{self, ident};
use super::docs::{code, doc_lines, docs, line_comment, some_of};
use super::{Attributes, Verbatim, lints};
use crate::names::NamedAction;

pub(super) fn emit(
    actions: &[NamedAction],
    file: &str,
    attributes: &Attributes,
    verbatim: &mut Verbatim,
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
    let mut lines = Vec::new();
    for action in actions {
        let docs = format!("{} ({})", code(&action.display_name), code(&action.code));
        lines.extend(doc_lines(&docs));
        lines.push(format!("{0}(actions::{0}),", action.ident));
    }
    lines.push("/// A payment (`PAYMENT`).".to_owned());
    lines.push("Payment(telecrm::Payment),".to_owned());
    let names = actions.iter().map(|action| ident(&action.ident));
    Ok(vec![
        ast::enumeration(attrs, "Action", verbatim.variants(lines)),
        ast::macro_call(ast::path("telecrm::impl_action"), quote!(Action: #(#names),*)),
    ])
}
