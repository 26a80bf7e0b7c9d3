//! Settings for values from forms and files: country code of phones, UTC offset of dates.

use crate::value::{CountryCode, Date, Phone, UtcOffset, ValueError};

/// Settings for values from text: forms, CSV files, webhooks.
///
/// The default settings are strict: a phone consists of digits and contains its country code, and a date
/// is an instant. Two settings accept more formats:
///
/// - With a country code, phones may have any format that [`Phone::normalize`] reads.
/// - With an offset from UTC, dates may be local: `2026-05-01` or `01/05/2026`, optionally followed by a
///   time such as `10:00` or `10:00:30`. The day is first, as in telecrm's own date format.
///
/// `set_with` of a generated lead accepts these settings for one field, and
/// [`parse_lead`](crate::parse_lead) for a whole form.
///
/// ```
/// use telecrm_runtime::ParseOptions;
///
/// let india = ParseOptions::new().country_code("91")?.utc_offset("+05:30")?;
/// # let _ = india;
/// # Ok::<(), telecrm_runtime::ValueError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ParseOptions {
    country_code: Option<CountryCode>,
    utc_offset: Option<UtcOffset>,
}

impl ParseOptions {
    /// Creates strict settings.
    #[must_use]
    pub const fn new() -> Self {
        Self { country_code: None, utc_offset: None }
    }

    /// Accepts phones in the formats that users type, and adds this country code to national numbers.
    ///
    /// # Errors
    ///
    /// Returns an error if the code is not 1 to 3 digits, with or without a `+`.
    pub fn country_code(self, code: &str) -> Result<Self, ValueError> {
        Ok(Self { country_code: Some(CountryCode::parse(code)?), ..self })
    }

    /// Accepts local dates and times at this offset from UTC: `+05:30`, `-03:00`, `Z`.
    ///
    /// # Errors
    ///
    /// Returns an error if the text is not an offset.
    pub fn utc_offset(self, offset: &str) -> Result<Self, ValueError> {
        Ok(Self { utc_offset: Some(UtcOffset::parse(offset)?), ..self })
    }

    pub(crate) fn phone(&self, text: &str) -> Result<Phone, ValueError> {
        match self.country_code {
            Some(code) => Phone::normalize_with(text, code),
            None => text.parse(),
        }
    }

    pub(crate) fn date(&self, text: &str) -> Result<Date, ValueError> {
        Date::parse_with(text, self.utc_offset)
    }
}
