//! A workspace's schema as data: what the generated `WORKSPACE` holds.

use crate::fingerprint::{self, Fingerprint};

/// The schema of a workspace, as telecrm-codegen read it.
///
/// Made in generated code alone; applications read it, and compare its
/// [`fingerprint`](Self::fingerprint).
#[derive(Debug)]
pub struct Workspace {
    identifier: &'static str,
    fields: &'static [FieldInfo],
    actions: &'static [ActionInfo],
    enterprise: Option<&'static str>,
    name: Option<&'static str>,
    statuses: Labels,
    lost_reasons: Labels,
    ignored: &'static [&'static str],
}

/// Active and archived labels of the lead stage pipeline.
#[derive(Debug)]
struct Labels {
    active: &'static [&'static str],
    archived: &'static [&'static str],
}

impl Labels {
    const NONE: Self = Self { active: &[], archived: &[] };
}

impl Workspace {
    /// A workspace whose leads are identified by the field of this API name.
    #[must_use]
    pub const fn new(
        identifier: &'static str,
        fields: &'static [FieldInfo],
        actions: &'static [ActionInfo],
    ) -> Self {
        Self {
            identifier,
            fields,
            actions,
            enterprise: None,
            name: None,
            statuses: Labels::NONE,
            lost_reasons: Labels::NONE,
            ignored: &[],
        }
    }

    /// With the API names of fields that the schema leaves out on purpose (`codegen: skip`), those of
    /// an action as `ACTION_1001.note`: they never count as drift.
    #[must_use]
    pub const fn ignoring(mut self, api_names: &'static [&'static str]) -> Self {
        self.ignored = api_names;
        self
    }

    /// The API names of fields that the schema leaves out on purpose.
    #[must_use]
    pub const fn ignored_fields(&self) -> &'static [&'static str] {
        self.ignored
    }

    /// With the id of the enterprise (telecrm: Metadata, `id`).
    #[must_use]
    pub const fn enterprise(mut self, id: &'static str) -> Self {
        self.enterprise = Some(id);
        self
    }

    /// With the name of the enterprise (telecrm: Metadata, `name`).
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// With the statuses (telecrm: Lead Stage Pipeline).
    #[must_use]
    pub const fn statuses(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.statuses = Labels { active, archived };
        self
    }

    /// With the lost reasons (telecrm: Lead Stage Pipeline).
    #[must_use]
    pub const fn lost_reasons(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.lost_reasons = Labels { active, archived };
        self
    }

    /// The API name of the field that identifies a lead.
    #[must_use]
    pub const fn identifier(&self) -> &'static str {
        self.identifier
    }

    /// The fields of a lead, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> &'static [FieldInfo] {
        self.fields
    }

    /// The actions that the workspace defines, in the schema's order.
    #[must_use]
    pub const fn actions(&self) -> &'static [ActionInfo] {
        self.actions
    }

    /// The id of the enterprise, where the schema has it. A client of another one sends no lead of
    /// this workspace.
    #[must_use]
    pub const fn enterprise_id(&self) -> Option<&'static str> {
        self.enterprise
    }

    /// The name of the enterprise, where the schema has it.
    #[must_use]
    pub const fn enterprise_name(&self) -> Option<&'static str> {
        self.name
    }

    /// The statuses that telecrm takes.
    #[must_use]
    pub const fn active_statuses(&self) -> &'static [&'static str] {
        self.statuses.active
    }

    /// The statuses that telecrm drops, and once took.
    #[must_use]
    pub const fn archived_statuses(&self) -> &'static [&'static str] {
        self.statuses.archived
    }

    /// The lost reasons that telecrm takes.
    #[must_use]
    pub const fn active_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.active
    }

    /// The lost reasons that telecrm drops, and once took.
    #[must_use]
    pub const fn archived_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.archived
    }

    /// 128 bits that are equal exactly when two schemas accept the same leads, on every machine and
    /// in every version of this crate.
    ///
    /// What does not matter to it: the order of anything, display names, the enterprise, archived
    /// labels, the options of an open field, and statuses or lost reasons that no field holds.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        fingerprint::of(self)
    }
}

/// A field of a lead or an action.
#[derive(Debug)]
pub struct FieldInfo {
    api_name: &'static str,
    field_type: FieldType,
    min_length: Option<u32>,
    max_length: Option<u32>,
    options: &'static [&'static str],
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

    /// Taking labels outside its options, too.
    #[must_use]
    pub const fn open(mut self) -> Self {
        self.open = true;
        self
    }

    /// Only to be set when the lead is created (telecrm: `lockAfterCreate`).
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

    /// What the field holds.
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

/// An action that the workspace defines.
#[derive(Debug)]
pub struct ActionInfo {
    code: &'static str,
    display_name: &'static str,
    fields: &'static [FieldInfo],
    backdatable: bool,
}

impl ActionInfo {
    /// An action of this whole code (`ACTION_1001`).
    #[must_use]
    pub const fn new(
        code: &'static str,
        display_name: &'static str,
        fields: &'static [FieldInfo],
    ) -> Self {
        Self { code, display_name, fields, backdatable: false }
    }

    /// Taking `created_on` (telecrm: `allowPredatedActivity`).
    #[must_use]
    pub const fn backdatable(mut self) -> Self {
        self.backdatable = true;
        self
    }

    /// The whole code: `ACTION_1001`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// What telecrm's users call it.
    #[must_use]
    pub const fn display_name(&self) -> &'static str {
        self.display_name
    }

    /// Its fields, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> &'static [FieldInfo] {
        self.fields
    }

    /// Whether it takes `created_on`.
    #[must_use]
    pub const fn is_backdatable(&self) -> bool {
        self.backdatable
    }
}

/// What a field holds (telecrm: Field Types).
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
