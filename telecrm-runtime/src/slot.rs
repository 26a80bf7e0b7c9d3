//! Fields of a lead or an action without their Rust types, and operations on all fields.
//!
//! The functions in this file are not generic over the lead, so rustc compiles each function once.

use std::any::Any;
use std::fmt;

use crate::field_info::{FieldPart, api_names};
use crate::parse_options::ParseOptions;
use crate::value::ValueError;
use crate::wire::Value;

/// A function that receives an error for each value that a field cannot hold.
pub(crate) type Misfits<'a> = &'a mut dyn FnMut(ValueError);

/// A field of a lead or an action, of any type.
#[doc(hidden)]
pub trait Slot: Any {
    /// Returns the value on the wire, or `None` if the field is not set.
    fn to_value(&self) -> Option<Value<'_>>;

    /// Sets the field from a form or a CSV cell.
    ///
    /// # Errors
    ///
    /// Returns an error if the text does not fit the field's type. The field is then unchanged.
    fn set_text(&mut self, text: &str, options: &ParseOptions) -> Result<(), ValueError>;

    /// Sets the field from JSON, and reports values that its type cannot hold. `null` unsets it.
    fn set_json(&mut self, json: &serde_json::Value, misfits: Misfits<'_>);

    /// Returns the value for `Debug`, or `None` if the field is not set.
    fn to_debug(&self) -> Option<&dyn fmt::Debug>;

    /// Returns whether the same field of another lead or action has an equal value.
    fn is_same(&self, other: &dyn Slot) -> bool;

    /// Sets the same field of another lead or action to this value.
    fn clone_to(&self, other: &mut dyn Slot);
}

pub(crate) fn is_same<T: PartialEq + 'static>(value: &T, other: &dyn Slot) -> bool {
    let other: &dyn Any = other;
    other.downcast_ref() == Some(value)
}

pub(crate) fn clone_to<T: Clone + 'static>(from: &T, to: &mut dyn Slot) {
    let to: &mut dyn Any = to;
    if let Some(to) = to.downcast_mut() {
        from.clone_into(to);
    }
}

/// The fields of a lead or an action.
#[doc(hidden)]
pub trait Slots {
    /// Returns the metadata of the fields, in the schema's order.
    fn fields(&self) -> &'static [FieldPart];

    /// Calls a function with the fields, in the same order.
    fn slots(&self, take: &mut dyn FnMut(&[&dyn Slot]));

    /// Calls a function with the fields to set, in the same order.
    fn slots_mut(&mut self, take: &mut dyn FnMut(&mut [&mut dyn Slot]));
}

impl dyn Slots + '_ {
    /// Calls a function with the API name of each field and the field.
    fn for_each(&self, mut take: impl FnMut(&'static str, &dyn Slot)) {
        self.slots(&mut |slots| {
            for (api_name, slot) in api_names(self.fields()).zip(slots) {
                take(api_name, *slot);
            }
        });
    }

    /// Calls a function with the API name and the value of each field that is set.
    pub(crate) fn each_value(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        self.for_each(|api_name, slot| {
            if let Some(value) = slot.to_value() {
                put(api_name, value);
            }
        });
    }

    /// Calls a function with the field of this API name. Returns `None` if there is no such field.
    pub(crate) fn with_slot<R>(
        &mut self,
        api_name: &str,
        mut with: impl FnMut(&'static str, &mut dyn Slot) -> R,
    ) -> Option<R> {
        let mut names = api_names(self.fields()).enumerate();
        let (index, field) = names.find(|(_, name)| *name == api_name)?;
        let mut result = None;
        self.slots_mut(&mut |slots| {
            result = slots.get_mut(index).map(|slot| with(field, &mut **slot));
        });
        result
    }
}

/// Returns whether the fields of two leads, or of two actions of one type, are equal.
#[doc(hidden)]
pub fn same_fields(left: &dyn Slots, right: &dyn Slots) -> bool {
    let mut equal = false;
    left.slots(&mut |left| {
        right.slots(&mut |right| {
            equal = left.iter().zip(right).all(|(left, right)| left.is_same(*right));
        });
    });
    equal
}

/// Clones every field of a lead or an action into another one of the same type.
#[doc(hidden)]
pub fn clone_fields(source: &dyn Slots, target: &mut dyn Slots) {
    source.slots(&mut |sources| {
        target.slots_mut(&mut |targets| {
            for (source, target) in sources.iter().zip(targets) {
                source.clone_to(&mut **target);
            }
        });
    });
}

/// Adds the fields that are set to a `Debug` output, by API name.
#[doc(hidden)]
pub fn debug_fields(fields: &dyn Slots, out: &mut fmt::DebugStruct<'_, '_>) {
    fields.for_each(|api_name, slot| {
        if let Some(value) = slot.to_debug() {
            out.field(api_name, value);
        }
    });
}
