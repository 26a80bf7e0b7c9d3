//! Field metadata from the schema: API name, type, limits and options.

/// An entry in the flat list that describes fields.
///
/// An entry is a field with its type and API name, or a detail of the previous field:
/// `[Phone("phone"), Text("remark"), MaxLength(200)]` describes two fields. rustc checks a flat list faster
/// than a structure with methods or nested lists. [`Fields`] reads the list.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum FieldPart {
    /// A field with free text.
    Text(&'static str),
    /// A field with an email address.
    Email(&'static str),
    /// A field with a phone number.
    Phone(&'static str),
    /// A field with a number.
    Number(&'static str),
    /// A field with an instant.
    Date(&'static str),
    /// A field with one label of a list.
    Dropdown(&'static str),
    /// A field with labels of a list.
    Tags(&'static str),
    /// A field with an amount of money.
    Money(&'static str),
    /// A field with a URL.
    Website(&'static str),
    /// A field with the URL of a file.
    MediaLink(&'static str),
    /// A field with a team member.
    ActiveUsers(&'static str),
    /// A field with a rating.
    Rating(&'static str),
    /// A field with a status.
    Status(&'static str),
    /// A field with a lost reason.
    LostReason(&'static str),
    /// The minimum number of Unicode characters.
    MinLength(u32),
    /// The maximum number of Unicode characters.
    MaxLength(u32),
    /// The labels of the options.
    Options(&'static [&'static str]),
    /// The name that telecrm shows.
    DisplayName(&'static str),
    /// The field's description in the workspace (telecrm: Custom Fields, `description`).
    Description(&'static str),
    /// The field also accepts labels outside its options.
    Open(),
    /// The field can only be set when telecrm creates the lead (telecrm: `lockAfterCreate`).
    Locked(),
}

impl FieldPart {
    /// Returns the type and the API name of a field, or `None` for a detail.
    const fn field(self) -> Option<(FieldType, &'static str)> {
        Some(match self {
            Self::Text(api_name) => (FieldType::Text, api_name),
            Self::Email(api_name) => (FieldType::Email, api_name),
            Self::Phone(api_name) => (FieldType::Phone, api_name),
            Self::Number(api_name) => (FieldType::Number, api_name),
            Self::Date(api_name) => (FieldType::Date, api_name),
            Self::Dropdown(api_name) => (FieldType::Dropdown, api_name),
            Self::Tags(api_name) => (FieldType::Tags, api_name),
            Self::Money(api_name) => (FieldType::Money, api_name),
            Self::Website(api_name) => (FieldType::Website, api_name),
            Self::MediaLink(api_name) => (FieldType::MediaLink, api_name),
            Self::ActiveUsers(api_name) => (FieldType::ActiveUsers, api_name),
            Self::Rating(api_name) => (FieldType::Rating, api_name),
            Self::Status(api_name) => (FieldType::Status, api_name),
            Self::LostReason(api_name) => (FieldType::LostReason, api_name),
            Self::MinLength(_)
            | Self::MaxLength(_)
            | Self::Options(_)
            | Self::DisplayName(_)
            | Self::Description(_)
            | Self::Open()
            | Self::Locked() => return None,
        })
    }
}

/// The fields of a lead or an action, in the schema's order.
#[derive(Clone, Debug)]
pub struct Fields {
    parts: &'static [FieldPart],
}

impl Fields {
    pub(crate) const fn new(parts: &'static [FieldPart]) -> Self {
        Self { parts }
    }
}

/// Returns the API names of the fields, for encoding.
pub(crate) fn api_names(parts: &'static [FieldPart]) -> impl Iterator<Item = &'static str> {
    parts.iter().filter_map(|part| part.field().map(|(_, api_name)| api_name))
}

impl Iterator for Fields {
    type Item = FieldInfo;

    fn next(&mut self) -> Option<FieldInfo> {
        let (first, rest) = self.parts.split_first()?;
        let more = rest.iter().position(|part| part.field().is_some()).unwrap_or(rest.len());
        let (details, rest) = rest.split_at(more);
        self.parts = rest;
        // Skips a detail that has no field before it.
        let Some((field_type, api_name)) = first.field() else { return self.next() };
        Some(FieldInfo { api_name, field_type, details })
    }
}

/// Metadata of a field of a lead or an action.
///
/// ```
/// use telecrm_runtime::FieldType;
/// # // A program has `telecrm_runtime::include_workspace!()` here.
/// # mod crm {
/// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
/// # }
///
/// for field in crm::WORKSPACE.fields() {
///     let input = match field.field_type() {
///         FieldType::Dropdown | FieldType::Tags => "select",
///         _ => "input",
///     };
///     println!("<{input} name=\"{}\">", field.api_name());
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct FieldInfo {
    api_name: &'static str,
    field_type: FieldType,
    details: &'static [FieldPart],
}

impl FieldInfo {
    /// Returns the content of the first detail for which `content` returns a value.
    fn detail<T>(&self, content: impl Fn(FieldPart) -> Option<T>) -> Option<T> {
        self.details.iter().copied().find_map(content)
    }

    /// Returns the key of the field on the wire.
    #[must_use]
    pub const fn api_name(&self) -> &'static str {
        self.api_name
    }

    /// Returns the type of the field.
    #[must_use]
    pub const fn field_type(&self) -> FieldType {
        self.field_type
    }

    /// Returns the minimum number of Unicode characters, if the schema has one.
    #[must_use]
    pub fn min_length(&self) -> Option<u32> {
        self.detail(|part| if let FieldPart::MinLength(min) = part { Some(min) } else { None })
    }

    /// Returns the maximum number of Unicode characters, if the schema has one.
    #[must_use]
    pub fn max_length(&self) -> Option<u32> {
        self.detail(|part| if let FieldPart::MaxLength(max) = part { Some(max) } else { None })
    }

    /// Returns the labels of the options of a dropdown or tags field, in the schema's order.
    #[must_use]
    pub fn options(&self) -> &'static [&'static str] {
        let content =
            |part| if let FieldPart::Options(labels) = part { Some(labels) } else { None };
        self.detail(content).unwrap_or_default()
    }

    /// Returns the name that telecrm shows, or the API name if the schema has no other.
    #[must_use]
    pub fn display_name(&self) -> &'static str {
        let content =
            |part| if let FieldPart::DisplayName(name) = part { Some(name) } else { None };
        self.detail(content).unwrap_or(self.api_name)
    }

    /// Returns the field's description in the workspace.
    #[must_use]
    pub fn description(&self) -> Option<&'static str> {
        let content =
            |part| if let FieldPart::Description(text) = part { Some(text) } else { None };
        self.detail(content)
    }

    /// Returns whether the field accepts labels outside its options.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.details.iter().any(|part| matches!(part, FieldPart::Open()))
    }

    /// Returns whether the field can only be set when telecrm creates the lead.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.details.iter().any(|part| matches!(part, FieldPart::Locked()))
    }
}

/// The type of a field (telecrm: Field Types).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FieldType {
    /// Free text.
    Text,
    /// An email address.
    Email,
    /// A phone number.
    Phone,
    /// An integer or a decimal.
    Number,
    /// An instant.
    Date,
    /// One label of a list.
    Dropdown,
    /// Labels of a list.
    Tags,
    /// A numeric string.
    Money,
    /// A URL.
    Website,
    /// The URL of a file.
    MediaLink,
    /// A team member's email address.
    ActiveUsers,
    /// An integer from 1 to 5.
    Rating,
    /// A status of the lead stage pipeline.
    Status,
    /// A lost reason of the lead stage pipeline.
    LostReason,
}

impl FieldType {
    /// Returns the name in telecrm's documentation of field types: `"text"`, `"activeUsers"`, …
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Number => "number",
            Self::Date => "date",
            Self::Dropdown => "dropdown",
            Self::Tags => "tags",
            Self::Money => "money",
            Self::Website => "website",
            Self::MediaLink => "medialink",
            Self::ActiveUsers => "activeUsers",
            Self::Rating => "rating",
            Self::Status => "status",
            Self::LostReason => "lostReason",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::FieldPart::{
        Date, Description, DisplayName, Dropdown, Locked, MaxLength, MinLength, Open, Options, Text,
    };
    use super::*;

    #[test]
    fn field_has_the_details_up_to_the_next_field() {
        const PARTS: &[FieldPart] = &[
            Text("remark"),
            MinLength(1),
            MaxLength(200),
            DisplayName("Your question"),
            Description("Anything else"),
            Dropdown("course"),
            Options(&["JEE", "NEET"]),
            Open(),
            Locked(),
            Date("visit"),
        ];
        assert_eq!(api_names(PARTS).collect::<Vec<_>>(), ["remark", "course", "visit"]);
        let [remark, course, visit] = Fields::new(PARTS).collect::<Vec<_>>()[..] else {
            panic!("three fields")
        };
        assert_eq!((remark.api_name(), remark.field_type()), ("remark", FieldType::Text));
        assert_eq!((remark.min_length(), remark.max_length()), (Some(1), Some(200)));
        assert_eq!(remark.description(), Some("Anything else"));
        assert_eq!((remark.display_name(), course.display_name()), ("Your question", "course"));
        assert!(remark.options().is_empty() && !remark.is_open() && !remark.is_locked());
        assert_eq!((course.api_name(), course.field_type()), ("course", FieldType::Dropdown));
        assert_eq!((course.options(), course.description()), (&["JEE", "NEET"][..], None));
        assert!(course.is_open() && course.is_locked());
        assert_eq!((visit.api_name(), visit.max_length()), ("visit", None));
        assert!(!visit.is_open() && !visit.is_locked());
    }

    #[test]
    fn detail_before_the_first_field_is_ignored() {
        const PARTS: &[FieldPart] = &[Locked(), Open(), Text("remark")];
        let fields: Vec<_> = Fields::new(PARTS).collect();
        assert_eq!(fields.len(), 1);
        assert!(!fields[0].is_locked());
        assert_eq!(Fields::new(&[Locked()]).count(), 0);
    }
}
