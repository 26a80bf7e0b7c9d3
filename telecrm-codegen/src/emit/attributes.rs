//! Attributes that a build script adds to generated types.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::ToTokens as _;

/// Attributes by the name of their type.
#[derive(Debug, Default)]
pub(crate) struct Attributes {
    by_item: BTreeMap<String, TokenStream>,
    used: RefCell<BTreeSet<String>>,
}

impl Attributes {
    /// Parses `(item, attribute)` pairs.
    ///
    /// # Errors
    ///
    /// Returns the first pair without a valid attribute.
    pub(crate) fn parse(pairs: &[(String, String)]) -> Result<Self, &(String, String)> {
        let mut attributes: BTreeMap<String, TokenStream> = BTreeMap::new();
        for pair in pairs {
            let (item, attribute) = pair;
            let Ok(tokens) = attribute.parse::<TokenStream>() else { return Err(pair) };
            // The tokens are an attribute if an item with them is valid Rust.
            let annotated = quote::quote!(#tokens struct S;);
            match syn::parse2::<syn::ItemStruct>(annotated) {
                Ok(annotated) if !annotated.attrs.is_empty() => {}
                _ => return Err(pair),
            }
            tokens.to_tokens(attributes.entry(item.clone()).or_default());
        }
        Ok(Self { by_item: attributes, used: RefCell::default() })
    }

    /// The attributes of a type, such as `Lead` or `options::Status`.
    ///
    /// The build script may omit the module.
    pub(super) fn of(&self, module: &str, name: &str) -> TokenStream {
        let mut tokens = TokenStream::new();
        let path = if module.is_empty() { name.to_owned() } else { format!("{module}::{name}") };
        for (key, attributes) in &self.by_item {
            if *key == path || (key == name && !module.is_empty()) {
                attributes.to_tokens(&mut tokens);
                self.used.borrow_mut().insert(key.clone());
            }
        }
        tokens
    }

    /// A name that matches no type, after all types are emitted.
    pub(crate) fn unused(&self) -> Option<&str> {
        let used = self.used.borrow();
        self.by_item.keys().find(|item| !used.contains(*item)).map(String::as_str)
    }
}
