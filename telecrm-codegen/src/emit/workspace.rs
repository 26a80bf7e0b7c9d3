//! `WORKSPACE`: the schema as data.

use quote::quote;
use syn::{Expr, Item, ItemStatic};

use super::ast::{self, ident};
use super::lints;
use crate::names::{NamedArchived, NamedSchema};

pub(super) fn emit(workspace: &NamedSchema) -> syn::Result<Item> {
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
    let identifier = ast::text(&workspace.identifier().api_name);
    let arguments = [identifier, ast::value(ast::path("Lead::FIELDS")), ast::slice(actions)];
    let mut schema = ast::call(ast::path("telecrm::Workspace::new"), arguments);
    if let Some(id) = &workspace.enterprise_id {
        schema = ast::method_call(schema, "enterprise", [ast::text(id)]);
    }
    if let Some(name) = &workspace.enterprise_name {
        schema = ast::method_call(schema, "name", [ast::text(name)]);
    }
    let pipeline = &workspace.pipeline;
    if !pipeline.statuses.is_empty() {
        let lists = lists("options::Status::LABELS", &pipeline.archived_statuses);
        schema = ast::method_call(schema, "statuses", lists);
    }
    if !pipeline.lost_reasons.is_empty() {
        let lists = lists("options::LostReason::LABELS", &pipeline.archived_lost_reasons);
        schema = ast::method_call(schema, "lost_reasons", lists);
    }
    let ignored = ignored(workspace);
    if !ignored.is_empty() {
        let names = ast::slice(ignored.iter().map(|name| ast::text(name)));
        schema = ast::method_call(schema, "ignoring", [names]);
    }
    let allowed = lints::wire();
    let mut item: ItemStatic = syn::parse2(quote! {
        /// The workspace's schema as data.
        #allowed
        pub static WORKSPACE: &telecrm::Workspace = &();
    })?;
    item.expr = Box::new(ast::reference(schema, None));
    Ok(Item::Static(item))
}

/// The fields that the schema leaves out on purpose: a live workspace that has them has not drifted.
fn ignored(workspace: &NamedSchema) -> Vec<String> {
    let of_leads = workspace.skipped.iter().map(|field| field.api_name.clone());
    let of_actions = workspace.schema.actions.iter().flat_map(|action| {
        action.skipped.iter().map(move |field| format!("{}.{}", action.code, field.api_name))
    });
    let unlisted = workspace.schema.fields.iter().filter(|field| !field.is_generated);
    let unlisted = unlisted.map(|field| field.api_name.clone());
    of_leads.chain(unlisted).chain(of_actions).collect()
}

/// Active and archived labels.
fn lists(active: &str, archived: &[NamedArchived]) -> [Expr; 2] {
    [ast::value(ast::path(active)), ast::slice(archived.iter().map(|it| ast::text(&it.text)))]
}
