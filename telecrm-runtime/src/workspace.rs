//! Schema of a workspace as data: the generated `WORKSPACE`.

use crate::field_info::{FieldInfo, FieldPart, FieldType, Fields};

/// The schema of a workspace, from the file that telecrm-codegen read.
///
/// Generated code defines it as `WORKSPACE`. Applications read it, for example to build a form
/// ([`field`](Self::field)), and compare its [`fingerprint`](Self::fingerprint).
#[derive(Debug)]
pub struct Workspace {
    identifier: &'static str,
    fields: &'static [FieldPart],
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
    /// Creates a workspace. The field with the API name `identifier` identifies its leads.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        identifier: &'static str,
        fields: &'static [FieldPart],
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

    /// Sets the API names of fields that the schema omits on purpose (`codegen: skip`).
    ///
    /// A field of an action is written as `ACTION_1001.note`. These fields are never reported as drift.
    #[doc(hidden)]
    #[must_use]
    pub const fn ignoring(mut self, api_names: &'static [&'static str]) -> Self {
        self.ignored = api_names;
        self
    }

    /// Returns the API names of fields that the schema omits on purpose (`codegen: skip`).
    #[must_use]
    pub const fn ignored_fields(&self) -> &'static [&'static str] {
        self.ignored
    }

    /// Sets the id of the enterprise (telecrm: Metadata, `id`).
    #[doc(hidden)]
    #[must_use]
    pub const fn enterprise(mut self, id: &'static str) -> Self {
        self.enterprise = Some(id);
        self
    }

    /// Sets the name of the enterprise (telecrm: Metadata, `name`).
    #[doc(hidden)]
    #[must_use]
    pub const fn name(mut self, name: &'static str) -> Self {
        self.name = Some(name);
        self
    }

    /// Sets the statuses (telecrm: Lead Stage Pipeline).
    #[doc(hidden)]
    #[must_use]
    pub const fn statuses(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.statuses = Labels { active, archived };
        self
    }

    /// Sets the lost reasons (telecrm: Lead Stage Pipeline).
    #[doc(hidden)]
    #[must_use]
    pub const fn lost_reasons(
        mut self,
        active: &'static [&'static str],
        archived: &'static [&'static str],
    ) -> Self {
        self.lost_reasons = Labels { active, archived };
        self
    }

    /// Returns the API name of the field that identifies a lead.
    #[must_use]
    pub const fn identifier(&self) -> &'static str {
        self.identifier
    }

    /// Returns the fields of a lead, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> Fields {
        Fields::new(self.fields)
    }

    /// Returns the field of a lead with this API name.
    ///
    /// ```
    /// # // A program has `telecrm_runtime::include_workspace!()` here.
    /// # mod crm {
    /// #     include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/common/mod.rs"));
    /// # }
    /// let remark = crm::WORKSPACE.field("remark").expect("the schema has it");
    /// assert_eq!((remark.field_type().name(), remark.max_length()), ("text", Some(200)));
    /// ```
    #[must_use]
    pub fn field(&self, api_name: &str) -> Option<FieldInfo> {
        self.fields().find(|field| field.api_name() == api_name)
    }

    /// Returns the action with this complete code (`ACTION_1001`).
    #[must_use]
    pub fn action(&self, code: &str) -> Option<&'static ActionInfo> {
        self.actions.iter().find(|action| action.code == code)
    }

    /// Returns the labels that a field accepts: its options, active statuses or active lost reasons.
    #[must_use]
    pub fn labels_of(&self, field: FieldInfo) -> &'static [&'static str] {
        match field.field_type() {
            FieldType::Status => self.statuses.active,
            FieldType::LostReason => self.lost_reasons.active,
            _ => field.options(),
        }
    }

    /// Returns the actions that the workspace defines, in the schema's order.
    #[must_use]
    pub const fn actions(&self) -> &'static [ActionInfo] {
        self.actions
    }

    /// Returns the id of the enterprise, if the schema contains it.
    ///
    /// A client of another enterprise does not send leads of this workspace.
    #[must_use]
    pub const fn enterprise_id(&self) -> Option<&'static str> {
        self.enterprise
    }

    /// Returns the name of the enterprise, if the schema contains it.
    #[must_use]
    pub const fn enterprise_name(&self) -> Option<&'static str> {
        self.name
    }

    /// Returns the statuses that telecrm accepts.
    #[must_use]
    pub const fn active_statuses(&self) -> &'static [&'static str] {
        self.statuses.active
    }

    /// Returns the statuses that telecrm no longer accepts.
    #[must_use]
    pub const fn archived_statuses(&self) -> &'static [&'static str] {
        self.statuses.archived
    }

    /// Returns the lost reasons that telecrm accepts.
    #[must_use]
    pub const fn active_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.active
    }

    /// Returns the lost reasons that telecrm no longer accepts.
    #[must_use]
    pub const fn archived_lost_reasons(&self) -> &'static [&'static str] {
        self.lost_reasons.archived
    }
}

/// An action that the workspace defines.
#[derive(Debug)]
pub struct ActionInfo {
    code: &'static str,
    display_name: &'static str,
    fields: &'static [FieldPart],
    backdatable: bool,
}

impl ActionInfo {
    /// Creates an action with this complete code (`ACTION_1001`).
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        code: &'static str,
        display_name: &'static str,
        fields: &'static [FieldPart],
    ) -> Self {
        Self { code, display_name, fields, backdatable: false }
    }

    /// Allows `created_on` (telecrm: `allowPredatedActivity`).
    #[doc(hidden)]
    #[must_use]
    pub const fn backdatable(mut self) -> Self {
        self.backdatable = true;
        self
    }

    /// Returns the complete code: `ACTION_1001`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the name in telecrm's user interface.
    #[must_use]
    pub const fn display_name(&self) -> &'static str {
        self.display_name
    }

    /// Returns the fields of the action, in the schema's order.
    #[must_use]
    pub const fn fields(&self) -> Fields {
        Fields::new(self.fields)
    }

    /// Returns whether the action accepts `created_on`.
    #[must_use]
    pub const fn is_backdatable(&self) -> bool {
        self.backdatable
    }
}
