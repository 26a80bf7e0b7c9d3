//! Field metadata: API name, type, limits and options, as the schema has them.

/// A field of a lead or an action.
#[derive(Debug)]
pub struct FieldInfo {
    api_name: &'static str,
    field_type: FieldType,
    min_length: Option<u32>,
    max_length: Option<u32>,
    options: &'static [&'static str],
    description: Option<&'static str>,
    open: bool,
    locked: bool,
}

/// Short forms of [`FieldInfo::new`], one per type.
macro_rules! field_of_type {
    ($($name:ident: $field_type:ident,)*) => {$(
        #[doc = concat!("A field of type `", stringify!($field_type), "`.")]
        #[must_use]
        pub const fn $name(api_name: &'static str) -> Self {
            Self::new(api_name, FieldType::$field_type)
        }
    )*};
}

impl FieldInfo {
    /// A field of this API name and type.
    #[must_use]
    pub const fn new(api_name: &'static str, field_type: FieldType) -> Self {
        Self {
            api_name,
            field_type,
            min_length: None,
            max_length: None,
            options: &[],
            description: None,
            open: false,
            locked: false,
        }
    }

    field_of_type! {
        text: Text, email: Email, phone: Phone, number: Number, date: Date, dropdown: Dropdown,
        tags: Tags, money: Money, website: Website, media_link: MediaLink,
        active_users: ActiveUsers, rating: Rating, status: Status, lost_reason: LostReason,
    }

    /// With limits of its length, in Unicode characters.
    #[must_use]
    pub const fn length(mut self, min: Option<u32>, max: Option<u32>) -> Self {
        self.min_length = min;
        self.max_length = max;
        self
    }

    /// With the labels of its options.
    #[must_use]
    pub const fn options(mut self, labels: &'static [&'static str]) -> Self {
        self.options = labels;
        self
    }

    /// With the description that the workspace gives it (telecrm: Custom Fields, `description`).
    #[must_use]
    pub const fn description(mut self, text: &'static str) -> Self {
        self.description = Some(text);
        self
    }

    /// With labels outside its options, too.
    #[must_use]
    pub const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Set only when the lead is created (telecrm: `lockAfterCreate`).
    #[must_use]
    pub const fn locked(mut self) -> Self {
        self.locked = true;
        self
    }

    /// The key of the field on the wire.
    #[must_use]
    pub const fn api_name(&self) -> &'static str {
        self.api_name
    }

    /// The type of the field.
    #[must_use]
    pub const fn field_type(&self) -> FieldType {
        self.field_type
    }

    /// The fewest Unicode characters, where limited.
    #[must_use]
    pub const fn min_length(&self) -> Option<u32> {
        self.min_length
    }

    /// The most Unicode characters, where limited.
    #[must_use]
    pub const fn max_length(&self) -> Option<u32> {
        self.max_length
    }

    /// The labels of the options of a dropdown or tags field, in the schema's order.
    #[must_use]
    pub const fn option_labels(&self) -> &'static [&'static str] {
        self.options
    }

    /// The description that the workspace gives it.
    #[must_use]
    pub const fn description_text(&self) -> Option<&'static str> {
        self.description
    }

    /// Whether the field takes labels outside its options.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open
    }

    /// Whether the field can only be set when the lead is created.
    #[must_use]
    pub const fn is_locked(&self) -> bool {
        self.locked
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
    /// 1 to 5.
    Rating,
    /// A status of the lead stage pipeline.
    Status,
    /// A lost reason of the lead stage pipeline.
    LostReason,
}

impl FieldType {
    /// As telecrm's documentation of its field types spells it: `"text"`, `"activeUsers"`, …
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
