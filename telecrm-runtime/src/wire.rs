//! JSON of fields, actions and bodies, without their Rust types.

use serde_core::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use crate::value::Number;

/// A value in a request body.
///
/// The traits of generated code use this type instead of serde's generics, so that rustc compiles one
/// encoder for all leads.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Value<'a> {
    /// A string.
    Text(&'a str),
    /// A number.
    Number(Number),
    /// An array.
    Array(&'a dyn Array),
    /// An object.
    Object(&'a dyn Object),
}

/// Items of a JSON array.
#[doc(hidden)]
pub trait Array {
    /// Calls a function with each item, in order.
    fn items(&self, put: &mut dyn FnMut(Value<'_>));
}

/// Members of a JSON object.
#[doc(hidden)]
pub trait Object {
    /// Calls a function with the name and the value of each member, in order.
    fn members(&self, put: &mut dyn FnMut(&'static str, Value<'_>));
}

impl Serialize for Value<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut result = Ok(());
        match self {
            Self::Text(text) => serializer.serialize_str(text),
            Self::Number(number) => number.serialize(serializer),
            Self::Array(array) => {
                let mut items = serializer.serialize_seq(None)?;
                array.items(&mut |item| {
                    if result.is_ok() {
                        result = items.serialize_element(&item);
                    }
                });
                result?;
                items.end()
            }
            Self::Object(object) => {
                let mut members = serializer.serialize_map(None)?;
                object.members(&mut |name, value| {
                    if result.is_ok() {
                        result = members.serialize_entry(name, &value);
                    }
                });
                result?;
                members.end()
            }
        }
    }
}
