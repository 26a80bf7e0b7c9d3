//! Fields of a lead or an action, whatever their types, and the operations on all of them.
//!
//! Generated code names each field once, in [`impl_lead!`](crate::impl_lead) or
//! [`impl_custom_action!`](crate::impl_custom_action); what happens to it is decided here, in functions
//! that are not generic over the lead.

use std::any::Any;
use std::fmt;

use crate::field_info::{FieldPart, api_names};
use crate::parse_options::ParseOptions;
use crate::value::ValueError;
use crate::wire::Value;

/// Receives the errors of what a field's type cannot hold.
pub(crate) type Misfits<'a> = &'a mut dyn FnMut(ValueError);

/// A field of a lead or an action, whatever its type.
#[doc(hidden)]
pub trait Slot: Any {
    /// The value on the wire, or `None` where the field is not set and so not sent.
    fn to_value(&self) -> Option<Value<'_>>;

    /// Sets the field from a form or a CSV cell. On an error it stays as it was.
    ///
    /// # Errors
    ///
    /// Where the text does not fit the field's type.
    fn set_text(&mut self, text: &str, options: &ParseOptions) -> Result<(), ValueError>;

    /// Sets the field from JSON, and reports what its type cannot hold. `null` unsets it.
    fn set_json(&mut self, json: &serde_json::Value, misfits: Misfits<'_>);

    /// The value for `Debug`, or `None` where the field is not set.
    fn to_debug(&self) -> Option<&dyn fmt::Debug>;

    /// Whether the same field of another lead or action holds the same.
    fn is_same(&self, other: &dyn Slot) -> bool;

    /// Sets the same field of another lead or action to what this one holds.
    fn clone_to(&self, other: &mut dyn Slot);
}

pub(crate) fn is_same<T: PartialEq + 'static>(one: &T, other: &dyn Slot) -> bool {
    let other: &dyn Any = other;
    other.downcast_ref() == Some(one)
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
    /// The metadata of the fields, in the schema's order.
    fn fields(&self) -> &'static [FieldPart];

    /// Hands out the fields, in the same order.
    fn slots(&self, take: &mut dyn FnMut(&[&dyn Slot]));

    /// Hands out the fields to be set, in the same order.
    fn slots_mut(&mut self, take: &mut dyn FnMut(&mut [&mut dyn Slot]));
}

impl dyn Slots + '_ {
    /// Hands out each field with its API name.
    pub(crate) fn each(&self, mut take: impl FnMut(&'static str, &dyn Slot)) {
        self.slots(&mut |slots| {
            for (api_name, slot) in api_names(self.fields()).zip(slots) {
                take(api_name, *slot);
            }
        });
    }

    /// Puts the value of each field that is set, under its API name.
    pub(crate) fn each_value(&self, put: &mut dyn FnMut(&'static str, Value<'_>)) {
        self.each(|api_name, slot| {
            if let Some(value) = slot.to_value() {
                put(api_name, value);
            }
        });
    }

    /// Hands out the field of this API name to be set. `None` where there is no such field.
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

/// Whether two leads, or two actions of a type, have the same fields.
#[doc(hidden)]
pub fn same_fields(one: &dyn Slots, other: &dyn Slots) -> bool {
    let mut same = false;
    one.slots(&mut |ours| {
        other.slots(&mut |theirs| {
            same = ours.iter().zip(theirs).all(|(ours, theirs)| ours.is_same(*theirs));
        });
    });
    same
}

/// Sets every field of a lead, or of an action of the same type, to what another one holds.
#[doc(hidden)]
pub fn clone_fields(from: &dyn Slots, to: &mut dyn Slots) {
    from.slots(&mut |ours| {
        to.slots_mut(&mut |theirs| {
            for (ours, theirs) in ours.iter().zip(theirs) {
                ours.clone_to(&mut **theirs);
            }
        });
    });
}

/// Shows the fields that are set, by API name.
#[doc(hidden)]
pub fn debug_fields(of: &dyn Slots, out: &mut fmt::DebugStruct<'_, '_>) {
    of.each(|api_name, slot| {
        if let Some(value) = slot.to_debug() {
            out.field(api_name, value);
        }
    });
}
