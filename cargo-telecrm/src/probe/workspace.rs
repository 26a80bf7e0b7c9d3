//! The fields and actions of a workspace that the rows use, and the identifiers of the probe's leads.

use std::str::FromStr;

use telecrm_schema::{Action, Field, FieldType, Schema};

/// Number of identifiers from the start, in one range for all rows.
const IDENTIFIERS: u64 = 1_000;
/// Number of digits of a national phone number.
const NATIONAL_DIGITS: usize = 10;

/// The first phone number of the probe's range, with its country code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Phones(u64);

impl FromStr for Phones {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "the country code and 10 digits, such as 919000000000; the 999 numbers after \
                                it belong to the probe, too";

        let digits = text.strip_prefix('+').unwrap_or(text);
        // Like everywhere else, India is the default country.
        let digits =
            if digits.len() == NATIONAL_DIGITS { format!("91{digits}") } else { digits.to_owned() };
        let is_phone = (NATIONAL_DIGITS + 1..=NATIONAL_DIGITS + 3).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        let start: u64 = digits.parse().ok().filter(|_| is_phone).ok_or(EXPECTED)?;
        let last = (start + IDENTIFIERS - 1).to_string();
        let national = |number: &str| number.len() - NATIONAL_DIGITS;
        let same_country =
            last.len() == digits.len() && last[..national(&last)] == digits[..national(&digits)];
        if same_country { Ok(Self(start)) } else { Err(EXPECTED) }
    }
}

/// Type of the field that identifies a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Identifier {
    Phone,
    Email,
    Text,
}

/// A workspace, with the fields that the rows use.
#[derive(Debug)]
pub(crate) struct Workspace<'s> {
    pub(crate) schema: &'s Schema,
    start: Phones,
    /// The field that contains the name of each lead, which shows whether a request was processed.
    pub(crate) name: &'s str,
    /// Whether rows may create labels.
    pub(crate) change_labels: bool,
    /// Whether the server is the emulator, which does not follow every assumption.
    pub(crate) is_emulator: bool,
}

impl<'s> Workspace<'s> {
    /// Returns `None` if no field can contain the names of the leads.
    pub(crate) fn new(schema: &'s Schema, start: Phones) -> Option<Self> {
        let identifier = &schema.identifier().api_name;
        let usable = |field: &&&Field| {
            matches!(field.field_type, FieldType::Text(length)
                if length.min.is_none_or(|min| min <= 10) && length.max.is_none_or(|max| max >= 60))
                && !field.lock_after_create
                && field.api_name != *identifier
        };
        let fields: Vec<&Field> = schema.fields.iter().collect();
        let named = fields.iter().find(|field| usable(field) && field.api_name == "name");
        let name = &named.or_else(|| fields.iter().find(usable))?.api_name;
        Some(Self { schema, start, name, change_labels: false, is_emulator: false })
    }

    /// Returns the name of the identifier field.
    pub(crate) fn identifier(&self) -> &'s str {
        &self.schema.identifier().api_name
    }

    pub(crate) fn identifier_type(&self) -> Identifier {
        match self.schema.identifier().field_type {
            FieldType::Phone => Identifier::Phone,
            FieldType::Email => Identifier::Email,
            _ => Identifier::Text,
        }
    }

    /// Returns a phone number of the probe's range.
    pub(crate) fn phone(&self, offset: u64) -> String {
        (self.start.0 + offset).to_string()
    }

    /// Returns the fields that rows may write: neither the identifier nor the name nor locked.
    pub(crate) fn fields(&self) -> impl Iterator<Item = &'s Field> {
        let (identifier, name) = (self.identifier(), self.name);
        self.schema.fields.iter().filter(move |field| {
            field.api_name != identifier && field.api_name != name && !field.lock_after_create
        })
    }

    /// Returns the first field that fits; the error describes `what` is missing.
    pub(crate) fn field(
        &self,
        what: &str,
        fits: impl Fn(&FieldType) -> bool,
    ) -> Result<&'s Field, String> {
        let found = self.fields().find(|field| fits(&field.field_type));
        found.ok_or_else(|| format!("the schema has no field of type {what} for this row"))
    }

    /// Returns a text field that is not the name and accepts short texts.
    pub(crate) fn text(&self) -> Result<&'s Field, String> {
        self.field("TEXT (besides the name)", |field_type| {
            matches!(field_type, FieldType::Text(length)
                if length.min.is_none_or(|min| min <= 1) && length.max.is_none_or(|max| max >= 60))
        })
    }

    /// Returns an action that fits; the error describes `what` is missing.
    pub(crate) fn action(
        &self,
        what: &str,
        fits: impl Fn(&Action) -> bool,
    ) -> Result<&'s Action, String> {
        let found = self.schema.actions.iter().find(|action| fits(action));
        found.ok_or_else(|| format!("the schema has no action {what}"))
    }

    /// Returns an action with a text field, and the name of the field.
    pub(crate) fn action_with_text(&self) -> Result<(&'s Action, &'s str), String> {
        let action = self.action("with a text field", |action| text_of(action).is_some())?;
        Ok((action, text_of(action).unwrap_or_default()))
    }

    /// Returns an error on the emulator, for an assumption that it does not follow.
    pub(crate) fn not_the_emulator(&self, behavior: &str) -> Result<(), String> {
        if self.is_emulator { Err(format!("the emulator {behavior}")) } else { Ok(()) }
    }
}

/// Returns the name of a text field of an action.
fn text_of(action: &Action) -> Option<&str> {
    let is_text = |field: &&Field| {
        matches!(field.field_type, FieldType::Text(length)
            if length.min.is_none_or(|min| min <= 1) && length.max.is_none_or(|max| max >= 60))
    };
    action.fields.iter().find(is_text).map(|field| field.api_name.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn start_needs_a_country_code_and_room_for_all_identifiers() {
        for good in ["919000000000", "+919000000000", "15550000000", "9665550000000"] {
            assert!(good.parse::<Phones>().is_ok(), "{good}");
        }
        assert_eq!("9000000000".parse(), "919000000000".parse::<Phones>());
        for bad in ["", "900000000", "91 9000000000", "919999999999", "0919000000000", "9e11"] {
            assert!(bad.parse::<Phones>().is_err(), "{bad}");
        }
    }
}
