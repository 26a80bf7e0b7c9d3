//! Field values: how they are read from text and JSON, written to JSON, and stored in slots.

#[cfg(test)]
mod tests;

use std::fmt;

use crate::label::{Labelled, declares, kind_of, parse_label};
use crate::open::Open;
use crate::parse_options::ParseOptions;
use crate::placeholder;
use crate::slot::{Misfits, Slot, clone_to, is_same};
use crate::tags::{self, Tag};
use crate::value::{
    ActiveUser, BoundedText, Date, Email, Kind, MediaLink, Money, NonBlankText, Number, Phone,
    Rating, Reason, Text, ValueError, Website,
};
use crate::wire::{Array, Value};

/// A type that a field may have: a value, a label or a list of labels.
#[doc(hidden)]
pub trait FieldValue: Clone + fmt::Debug + PartialEq + 'static {
    /// Returns the value on the wire.
    fn to_value(&self) -> Value<'_>;

    #[allow(private_interfaces, reason = "only this crate calls it")]
    #[doc(hidden)]
    fn kind() -> &'static Kind;

    /// Returns whether the text is a label that the field declares, active or archived.
    fn declares(_text: &str) -> bool {
        false
    }

    /// Reads the value from text that is not a placeholder. Only [`read_text`] calls this function.
    ///
    /// # Errors
    ///
    /// Returns an error if the text does not fit the type.
    fn from_text(text: &str, options: &ParseOptions) -> Result<Option<Self>, ValueError>;

    /// Reads the value from JSON that this crate writes or telecrm stores.
    ///
    /// Reports values that the type cannot hold.
    fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self>;
}

/// Reads the value from a form or a CSV cell. Returns `None` if the text has no value.
///
/// # Errors
///
/// Returns an error if the text is a placeholder (D44) or does not fit the type.
pub(crate) fn read_text<T: FieldValue>(
    text: &str,
    options: &ParseOptions,
) -> Result<Option<T>, ValueError> {
    if !T::declares(text.trim()) {
        placeholder::reject(text, T::kind())?;
    }
    T::from_text(text, options)
}

/// Returns the value, or reports the error and returns `None`.
fn value_or_report<T>(value: Result<T, ValueError>, misfits: Misfits<'_>) -> Option<T> {
    value.map_err(misfits).ok()
}

fn wrong_type<T>(kind: &'static Kind) -> Result<T, ValueError> {
    Err(ValueError::new(kind, Reason::WrongType))
}

/// Defines [`FieldValue::kind`].
macro_rules! kind {
    ($kind:expr) => {
        #[allow(private_interfaces, reason = "only this crate calls it")]
        fn kind() -> &'static Kind {
            $kind
        }
    };
}

/// Implements [`FieldValue`] for values that are JSON strings.
macro_rules! string_values {
    ($([$($generics:tt)*] $name:ty: $read:expr;)*) => {$(
        impl<$($generics)*> FieldValue for $name {
            kind!(Self::KIND);

            fn to_value(&self) -> Value<'_> {
                Value::Text(self.as_str())
            }

            fn from_text(text: &str, options: &ParseOptions) -> Result<Option<Self>, ValueError> {
                let read: fn(&str, &ParseOptions) -> Result<Self, ValueError> = $read;
                read(text, options).map(Some)
            }

            fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
                let text = json.as_str().map_or(wrong_type(Self::KIND), str::parse);
                value_or_report(text, misfits)
            }
        }
    )*};
}

string_values! {
    [] Text: |text, _| text.parse();
    [const MIN: u32, const MAX: u32] BoundedText<MIN, MAX>: |text, _| text.parse();
    [] NonBlankText: |text, _| text.parse();
    [] Email: |text, _| text.parse();
    [] Phone: |text, options| options.phone(text);
    [] Website: |text, _| text.parse();
    [] MediaLink: |text, _| text.parse();
    [] ActiveUser: |text, _| text.parse();
}

impl FieldValue for Money {
    kind!(Self::KIND);

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.as_str())
    }

    fn from_text(text: &str, _: &ParseOptions) -> Result<Option<Self>, ValueError> {
        text.parse().map(Some)
    }

    /// Reads a string, or a number with the digits that telecrm stores.
    fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
        let money = match json {
            serde_json::Value::String(text) => text.parse(),
            serde_json::Value::Number(number) => number.to_string().parse(),
            _ => wrong_type(Self::KIND),
        };
        value_or_report(money, misfits)
    }
}

/// Implements [`FieldValue`] for values that are JSON numbers.
///
/// telecrm may store such a value as a string, so both are read.
macro_rules! number_values {
    ($($name:ident: $to_number:expr, $read:expr, $from_number:expr;)*) => {$(
        impl FieldValue for $name {
            kind!(Self::KIND);

            fn to_value(&self) -> Value<'_> {
                let to_number: fn(Self) -> Number = $to_number;
                Value::Number(to_number(*self))
            }

            fn from_text(text: &str, options: &ParseOptions) -> Result<Option<Self>, ValueError> {
                let read: fn(&str, &ParseOptions) -> Result<Self, ValueError> = $read;
                read(text, options).map(Some)
            }

            fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
                let from_number: fn(&serde_json::Number) -> Result<Self, ValueError> = $from_number;
                let value = match json {
                    serde_json::Value::Number(number) => from_number(number),
                    serde_json::Value::String(text) => text.parse(),
                    _ => wrong_type(Self::KIND),
                };
                value_or_report(value, misfits)
            }
        }
    )*};
}

number_values! {
    Number: |number| number, |text, _| text.parse(), |number| number.to_string().parse();
    Rating: |rating| rating.get().into(), |text, _| text.parse(), |number| number.to_string().parse();
    Date: |date| date.unix_millis().into(), |text, options| options.date(text), date_of_number;
}

/// Reads an instant that telecrm stores. Unlike in text, milliseconds near 1970 are accepted.
fn date_of_number(number: &serde_json::Number) -> Result<Date, ValueError> {
    match number.as_i64() {
        Some(millis) => Date::from_unix_millis(millis),
        None => number.to_string().parse(),
    }
}

impl<E: Labelled> FieldValue for E {
    kind!(kind_of::<E>());

    fn declares(text: &str) -> bool {
        declares::<E>(text)
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.label())
    }

    fn from_text(text: &str, _: &ParseOptions) -> Result<Option<Self>, ValueError> {
        parse_label(text).map(Some)
    }

    fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
        value_or_report(json.as_str().map_or(wrong_type(kind_of::<E>()), parse_label), misfits)
    }
}

impl<E: Labelled> FieldValue for Open<E> {
    kind!(kind_of::<E>());

    fn declares(text: &str) -> bool {
        declares::<E>(text)
    }

    fn to_value(&self) -> Value<'_> {
        Value::Text(self.label())
    }

    fn from_text(text: &str, _: &ParseOptions) -> Result<Option<Self>, ValueError> {
        text.parse().map(Some)
    }

    fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
        value_or_report(json.as_str().map_or(wrong_type(kind_of::<E>()), str::parse), misfits)
    }
}

impl<T: Tag> Array for Vec<T> {
    fn items(&self, put: &mut dyn FnMut(Value<'_>)) {
        for tag in self {
            put(Value::Text(tag.label()));
        }
    }
}

impl<T: Tag> FieldValue for Vec<T> {
    kind!(T::kind());

    fn declares(text: &str) -> bool {
        T::find(text).is_some()
    }

    fn to_value(&self) -> Value<'_> {
        Value::Array(self)
    }

    fn from_text(text: &str, _: &ParseOptions) -> Result<Option<Self>, ValueError> {
        tags::parse(text)
    }

    /// Reads the tags that the field accepts, and reports the other tags.
    fn from_json(json: &serde_json::Value, misfits: Misfits<'_>) -> Option<Self> {
        let Some(labels) = json.as_array() else {
            return value_or_report(wrong_type(T::kind()), misfits);
        };
        let tag = |label: &serde_json::Value| {
            label.as_str().map_or(wrong_type(T::kind()), T::parse_label)
        };
        Some(labels.iter().filter_map(|label| value_or_report(tag(label), &mut *misfits)).collect())
    }
}

impl<T: FieldValue> Slot for Option<T> {
    fn to_value(&self) -> Option<Value<'_>> {
        self.as_ref().map(FieldValue::to_value)
    }

    /// Sets the field. Blank text unsets it, because forms and CSV files use empty text for no value.
    fn set_text(&mut self, text: &str, options: &ParseOptions) -> Result<(), ValueError> {
        *self = if text.trim().is_empty() { None } else { read_text(text, options)? };
        Ok(())
    }

    fn set_json(&mut self, json: &serde_json::Value, misfits: Misfits<'_>) {
        *self = if json.is_null() { None } else { T::from_json(json, misfits) };
    }

    fn to_debug(&self) -> Option<&dyn fmt::Debug> {
        self.as_ref().map(|value| value as _)
    }

    fn is_same(&self, other: &dyn Slot) -> bool {
        is_same(self, other)
    }

    fn clone_to(&self, other: &mut dyn Slot) {
        clone_to(self, other);
    }
}

/// A type that may identify a lead.
#[doc(hidden)]
pub trait Identifier: FieldValue {
    /// Returns a value for a lead that exists only until the errors of its other fields are collected.
    fn stand_in() -> Self;
}

/// Implements [`Slot`] for identifiers, which always have a value.
macro_rules! identifiers {
    ($($name:ident = $stand_in:literal),*) => {$(
        impl Identifier for $name {
            fn stand_in() -> Self {
                Self::from_static($stand_in)
            }
        }

        impl Slot for $name {
            fn to_value(&self) -> Option<Value<'_>> {
                Some(FieldValue::to_value(self))
            }

            fn set_text(&mut self, text: &str, options: &ParseOptions) -> Result<(), ValueError> {
                if let Some(value) = read_text(text, options)? {
                    *self = value;
                }
                Ok(())
            }

            fn set_json(&mut self, json: &serde_json::Value, misfits: Misfits<'_>) {
                if let Some(value) = Self::from_json(json, misfits) {
                    *self = value;
                }
            }

            fn to_debug(&self) -> Option<&dyn fmt::Debug> {
                Some(self)
            }

            fn is_same(&self, other: &dyn Slot) -> bool {
                is_same(self, other)
            }

            fn clone_to(&self, other: &mut dyn Slot) {
                clone_to(self, other);
            }
        }
    )*};
}

identifiers!(Phone = "10000000", Email = "a@b.co", NonBlankText = "-");
