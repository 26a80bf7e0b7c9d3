//! `WORKSPACE`: the schema as data.

use quote::quote;
use syn::{Expr, Item, ItemStatic};

use super::ast::{self, ident};
use super::field::{self, Paths};
use super::lints;
use crate::names::{NamedArchived, NamedSchema};

pub(super) fn emit(workspace: &NamedSchema) -> syn::Result<Item> {
    let paths = Paths { own: "options", pipeline: "options" };
    // Generated fields come in the same order.
    let mut generated = workspace.fields.iter();
    let fields = workspace.schema.fields.iter().map(|field| {
        let named = if field.is_generated { generated.next() } else { None };
        named.map_or_else(|| field::unnamed_info(field), |it| field::info(it, paths))
    });
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
    let arguments = [identifier, ast::slice(fields), ast::slice(actions)];
    let mut schema = ast::call(ast::path("telecrm::Workspace::new"), arguments);
    if let Some(id) = &workspace.enterprise_id {
        schema = ast::method_call(schema, "enterprise", [ast::text(id)]);
    }
    if let Some(name) = &workspace.enterprise_name {
        schema = ast::method_call(schema, "name", [ast::text(name)]);
    }
    let skipped = workspace.skipped.iter().map(|it| it.api_name.as_str());
    let unnamed = workspace.schema.fields.iter().filter(|it| !it.is_generated);
    let ignored: Vec<&str> = skipped.chain(unnamed.map(|it| it.api_name.as_str())).collect();
    if !ignored.is_empty() {
        let api_names = ast::slice(ignored.into_iter().map(ast::text));
        schema = ast::method_call(schema, "ignoring", [api_names]);
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
    let allowed = lints::wire();
    let mut item: ItemStatic = syn::parse2(quote! {
        /// The workspace's schema as data.
        #allowed
        pub static WORKSPACE: &telecrm::Workspace = &();
    })?;
    item.expr = Box::new(ast::reference(schema, None));
    Ok(Item::Static(item))
}

/// Active and archived labels.
fn lists(active: &str, archived: &[NamedArchived]) -> [Expr; 2] {
    [ast::value(ast::path(active)), ast::slice(archived.iter().map(|it| ast::text(&it.text)))]
}
