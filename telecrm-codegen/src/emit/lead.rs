//! `Lead`: its fields, its setters, and the calls into the runtime that send it.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs::{code, docs, field as field_docs, line_comment, prose, some_of};
use super::field::{self, Paths};
use super::{Attributes, ident, lints};
use crate::model::{Field, Kind, Workspace};

pub(super) fn emit(workspace: &Workspace, file: &str, attributes: &Attributes) -> TokenStream {
    let options = quote!(options::);
    let paths = Paths { own: &options, pipeline: &options };
    let identifier = workspace.identifier();
    let others: Vec<&Field> =
        workspace.fields.iter().filter(|field| field.api_name != identifier.api_name).collect();

    let definition = definition(workspace, paths, file, attributes);
    let new = new(workspace, &others, paths);
    let identifier_setter = identifier_setter(identifier, paths);
    let setters = others.iter().map(|it| field::setter(it, paths));
    let set = set(workspace);
    let impls = impls(workspace);
    let underscores = underscores(workspace);
    let spellings = spellings(workspace);
    quote! {
        #definition
        #underscores
        #spellings
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(clippy::doc_markdown, reason = "descriptions are telecrm's")]
        #[allow(
            clippy::wrong_self_convention,
            clippy::should_implement_trait,
            reason = "setters are named as telecrm's fields"
        )]
        impl Lead {
            #new
            #identifier_setter
            #(#setters)*

            /// Adds an action to the lead's timeline: one of [`actions`], or a payment.
            ///
            /// Actions are appended in the order of these calls, and once more with each lead
            /// that telecrm accepts.
            pub fn action(mut self, action: impl telecrm::IntoAction<Action>) -> Self {
                if let Some(action) = action.into_action() {
                    self.actions.push(action);
                }
                self
            }

            #set
        }
        #impls
    }
}

fn underscores(workspace: &Workspace) -> TokenStream {
    lints::underscores(workspace.fields.iter().map(|field| field.ident.as_str()))
}

fn spellings(workspace: &Workspace) -> TokenStream {
    lints::spellings(workspace.fields.iter().map(|field| field.api_name.as_str()))
}

fn definition(
    workspace: &Workspace,
    paths: Paths<'_>,
    file: &str,
    attributes: &Attributes,
) -> TokenStream {
    let of = workspace
        .enterprise_name
        .as_deref()
        .map_or_else(String::new, |name| format!(" of {}", prose(name)));
    let docs = docs(&format!(
        "A lead{of}.\n\nMade with [`Lead::new`] from its identifier; one setter per field. What is \
         not set stays as it is in telecrm.",
    ));
    let names = some_of(workspace.fields.iter().map(|field| field.ident.as_str()));
    let comment = line_comment(&format!(
        "telecrm silently drops any field but those of {}: {names}",
        code(file)
    ));
    let attributes = attributes.of("", "Lead");
    let underscores = underscores(workspace);
    let fields = workspace.fields.iter().enumerate().map(|(index, field)| {
        let name = ident(&field.ident);
        let docs = self::docs(&code(&field.api_name));
        let value = field::value_type(field, paths, index == workspace.identifier);
        if index == workspace.identifier {
            quote!(#docs pub #name: #value)
        } else {
            quote!(#docs pub #name: Option<#value>)
        }
    });
    quote! {
        #docs
        #comment
        #[derive(Clone, Debug, PartialEq)]
        #[must_use = "a lead reaches telecrm when it is sent"]
        #[allow(dead_code, unreachable_pub, reason = "one program uses a part of the workspace")]
        #[allow(clippy::doc_markdown, clippy::struct_field_names, reason = "the names are telecrm's")]
        #underscores
        #attributes
        pub struct Lead {
            #(#fields,)*
            /// What is appended to the lead's timeline, in this order.
            pub actions: Vec<Action>,
        }
    }
}

fn new(workspace: &Workspace, others: &[&Field], paths: Paths<'_>) -> TokenStream {
    let identifier = workspace.identifier();
    let name = ident(&identifier.ident);
    let value = field::value_type(identifier, paths, true);
    let docs = docs(&format!(
        "A lead with this identifier and nothing else set.\n\n{}",
        field_docs(identifier, true)
    ));
    let comment = line_comment(&format!(
        "the lead identifier {}: telecrm drops a lead without it",
        code(&identifier.api_name)
    ));
    let unset = others.iter().map(|field| {
        let name = ident(&field.ident);
        quote!(#name: None)
    });
    quote! {
        #docs
        #comment
        pub fn new(#name: impl telecrm::IntoIdentifier<#value>) -> Self {
            Self {
                #name: #name.into_identifier(),
                #(#unset,)*
                actions: Vec::new(),
            }
        }
    }
}

fn identifier_setter(identifier: &Field, paths: Paths<'_>) -> TokenStream {
    let name = ident(&identifier.ident);
    let value = field::value_type(identifier, paths, true);
    let docs = docs(&format!(
        "Another identifier than [`new`](Self::new) was given.\n\n{}",
        field_docs(identifier, true)
    ));
    let alias = field::alias(identifier);
    quote! {
        #docs
        #alias
        pub fn #name(mut self, value: impl telecrm::IntoIdentifier<#value>) -> Self {
            self.#name = value.into_identifier();
            self
        }
    }
}

/// Setting by API name, for forms and CSV.
fn set(workspace: &Workspace) -> TokenStream {
    let arms = workspace.fields.iter().enumerate().map(|(index, field)| {
        let name = ident(&field.ident);
        let api_name = &field.api_name;
        let parse = match &field.kind {
            _ if index == workspace.identifier => quote!(required),
            Kind::Tags(_) => quote!(tags),
            _ => quote!(optional),
        };
        quote!(#api_name => #parse(#api_name, text, &mut self.#name))
    });
    let others =
        || workspace.fields.iter().filter(|it| it.api_name != workspace.identifier().api_name);
    let is_tags = |field: &Field| matches!(field.kind, Kind::Tags(_));
    let optional = others().any(|field| !is_tags(field)).then(|| ident("optional"));
    let tags = others().any(is_tags).then(|| ident("tags"));
    let imports = [Some(ident("required")), optional, tags].into_iter().flatten();
    quote! {
        /// Sets the field of this API name from text, as a form or a CSV file has it.
        ///
        /// The text is read by the field's type. Blank text leaves a field unset; tags are
        /// separated by commas.
        ///
        /// # Errors
        ///
        /// The workspace has no such field, or the text does not fit its type. The lead is then
        /// as it was.
        #[allow(clippy::too_many_lines, reason = "one line per field")]
        pub fn set(
            &mut self,
            api_name: &str,
            text: &str,
        ) -> Result<(), telecrm::SetError> {
            use telecrm::set::{#(#imports),*};

            match api_name {
                #(#arms,)*
                _ => Err(telecrm::set::unknown(api_name, WORKSPACE)),
            }
        }
    }
}

fn impls(workspace: &Workspace) -> TokenStream {
    let puts = workspace.fields.iter().map(|field| {
        let name = ident(&field.ident);
        let api_name = &field.api_name;
        quote!(fields.put(#api_name, &self.#name);)
    });
    let underscores = underscores(workspace);
    let spellings = spellings(workspace);
    quote! {
        #underscores
        #spellings
        impl telecrm::Lead for Lead {
            fn workspace(&self) -> &'static telecrm::Workspace {
                WORKSPACE
            }

            #[allow(clippy::too_many_lines, reason = "one line per field")]
            fn encode(&self, fields: &mut telecrm::FieldWriter<'_>) {
                #(#puts)*
            }

            fn action_at(
                &self,
                index: usize,
            ) -> Option<telecrm::ActionRef<'_>> {
                self.actions.get(index).map(Action::as_ref)
            }
        }

        impl telecrm::serde::Serialize for Lead {
            fn serialize<S: telecrm::serde::Serializer>(
                &self,
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                telecrm::serialize_lead(self, serializer)
            }
        }
    }
}
