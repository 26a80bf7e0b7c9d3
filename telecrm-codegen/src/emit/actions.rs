//! `actions`: a struct per custom action, and a module with the enums of its fields.

use proc_macro2::TokenStream;
use quote::quote;

use super::choice::{self, List};
use super::docs::{code, docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::{Attributes, ident, imports, lints};
use crate::model::{Action, Kind};

pub(super) fn emit(actions: &[Action], attributes: &Attributes) -> TokenStream {
    let has_some = !actions.is_empty();
    let names = actions.iter().flat_map(|action| {
        let fields = action.fields.iter().map(|field| field.ident.as_str());
        fields.chain([action.ident.as_str(), action.module.as_str()])
    });
    let underscores = lints::underscores(names);
    let wire = actions.iter().flat_map(|action| lints::wire_names(&action.fields));
    let spellings = lints::spellings(wire.chain(actions.iter().map(|it| it.code.as_str())));
    let actions = actions.iter().map(|action| one(action, attributes));
    let imports = has_some.then(imports);
    quote! {
        /// The workspace's custom actions.
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(clippy::doc_markdown, reason = "descriptions are telecrm's")]
        #[allow(
            clippy::enum_variant_names,
            clippy::struct_field_names,
            clippy::wrong_self_convention,
            clippy::should_implement_trait,
            reason = "the names are telecrm's"
        )]
        #underscores
        #spellings
        pub mod actions {
            #imports
            #(#actions)*
        }
    }
}

fn one(action: &Action, attributes: &Attributes) -> TokenStream {
    let name = ident(&action.ident);
    let module = ident(&action.module);
    let own = quote!(#module::);
    let pipeline = quote!(super::options::);
    let paths = Paths { own: &own, pipeline: &pipeline };

    let mut text = format!("{} ({})", code(&action.display_name), code(&action.code));
    if !action.backdatable {
        text.push_str("\n\ntelecrm lets nobody backdate it: it happens when it arrives.");
    }
    if let Some(description) = &action.description {
        text.push_str("\n\n");
        text.push_str(&prose(description));
    }
    let docs = docs(&text);
    let names = some_of(action.fields.iter().map(|field| field.ident.as_str()));
    let comment = line_comment(&format!(
        "telecrm silently drops any field but those of {}: {names}",
        code(&action.code)
    ));
    let attributes_of_it = attributes.of("actions", &action.ident);
    let members = action.fields.iter().map(|field| {
        let name = ident(&field.ident);
        let docs = self::docs(&code(&field.api_name));
        let value = field::value_type(field, paths, false);
        quote!(#docs pub #name: Option<#value>)
    });
    let setters = action.fields.iter().map(|it| field::setter(it, paths));
    let code_value = &action.code;
    let created_on_member = action.backdatable.then(|| {
        quote! {
            /// When it happened, where that is not when it arrives.
            pub created_on: Option<telecrm::Date>,
        }
    });
    let created_on = created_on(action);
    let infos = action.fields.iter().map(|it| field::info(it, paths));
    let custom_action = custom_action(action);
    let enums = enums(action, attributes);
    quote! {
        #docs
        #comment
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        #[must_use = "an action reaches telecrm with its lead"]
        #attributes_of_it
        pub struct #name {
            #(#members,)*
            #created_on_member
        }

        impl #name {
            /// The action's type on the wire.
            pub const CODE: &'static str = #code_value;
            pub(super) const FIELDS: &'static [telecrm::FieldInfo] = &[#(#infos,)*];

            /// The action with no field set.
            pub fn new() -> Self {
                Self::default()
            }
            #(#setters)*
            #created_on
        }
        #custom_action
        #enums
    }
}

/// Backdating, or the words that refuse it.
fn created_on(action: &Action) -> TokenStream {
    if action.backdatable {
        quote! {
            /// Backdates the action: when it happened (`created_on`, Unix milliseconds).
            pub fn created_on(mut self, at: impl telecrm::IntoDate) -> Self {
                self.created_on = at.into_date();
                self
            }
        }
    } else {
        quote! {
            #[doc(hidden)]
            pub fn created_on(self, at: impl telecrm::NotBackdatable<Self>) -> Self {
                at.refuse(self)
            }
        }
    }
}

fn custom_action(action: &Action) -> TokenStream {
    let name = ident(&action.ident);
    let puts = action.fields.iter().map(|field| {
        let name = ident(&field.ident);
        let api_name = &field.api_name;
        quote!(fields.put(#api_name, &self.#name);)
    });
    let unused = action.fields.is_empty().then(|| quote!(let _ = fields;));
    let backdated_to = action.backdatable.then(|| {
        quote! {
            fn backdated_to(&self) -> Option<telecrm::Date> {
                self.created_on
            }
        }
    });
    quote! {
        impl telecrm::CustomAction for #name {
            fn code(&self) -> &'static str {
                Self::CODE
            }

            fn encode(&self, fields: &mut telecrm::FieldWriter<'_>) {
                #unused
                #(#puts)*
            }

            #backdated_to
        }
    }
}

fn enums(action: &Action, attributes: &Attributes) -> TokenStream {
    let enums: Vec<TokenStream> = action
        .fields
        .iter()
        .filter_map(|field| {
            let (Kind::Dropdown(options) | Kind::Tags(options)) = &field.kind else { return None };
            let list = List::of_field(field, options, Some(action));
            let module = format!("actions::{}", action.module);
            Some(choice::emit(&list, &module, attributes))
        })
        .collect();
    if enums.is_empty() {
        return TokenStream::new();
    }
    let module = ident(&action.module);
    let imports = imports();
    let docs = docs(&format!("Options of the fields of {}.", code(&action.display_name)));
    quote! {
        #docs
        pub mod #module {
            #imports
            #(#enums)*
        }
    }
}
