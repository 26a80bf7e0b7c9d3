//! A lead such as telecrm-codegen generates, written by hand.

use telecrm_runtime::{
    ActionInfo, ActionRef, BoundedText, CustomAction, Date, FieldInfo, FieldType, FieldWriter,
    Labelled, Lead, Money, Number, Open, Payment, Phone, Rating, Text, Workspace,
};

pub(crate) static WORKSPACE: Workspace = Workspace::new(
    "phone",
    &[
        FieldInfo::new("phone", FieldType::Phone),
        FieldInfo::new("Full Name", FieldType::Text),
        FieldInfo::new("remark", FieldType::Text).length(None, Some(200)),
        FieldInfo::new("contact_source", FieldType::Dropdown).options(&["Cold Call"]),
        FieldInfo::new("interests", FieldType::Tags).options(&["VIP", "R & D"]),
        FieldInfo::new("kiosks", FieldType::Tags).options(&["VIP", "R & D"]).open(),
        FieldInfo::new("deal_size", FieldType::Number),
        FieldInfo::new("budget", FieldType::Money),
        FieldInfo::new("rating", FieldType::Rating),
        FieldInfo::new("follow_up_date", FieldType::Date),
    ],
    &[ActionInfo::new("ACTION_1001", "Site Visit", &[FieldInfo::new("note", FieldType::Text)])
        .backdatable()],
)
.enterprise("acme");

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interests {
    Vip,
    RAndD,
}

impl Labelled for Interests {
    const API_NAME: &'static str = "interests";
    const KIND: &'static str = "tags";
    const ALL: &'static [Self] = &[Self::Vip, Self::RAndD];

    fn label(self) -> &'static str {
        match self {
            Self::Vip => "VIP",
            Self::RAndD => "R & D",
        }
    }
}

pub(crate) struct TestLead {
    pub(crate) phone: Phone,
    pub(crate) name: Option<Text>,
    pub(crate) remark: Option<BoundedText<0, 200>>,
    pub(crate) interest: Option<Interests>,
    pub(crate) interests: Option<Vec<Interests>>,
    pub(crate) kiosks: Option<Vec<Open<Interests>>>,
    pub(crate) deal_size: Option<Number>,
    pub(crate) budget: Option<Money>,
    pub(crate) rating: Option<Rating>,
    pub(crate) follow_up_date: Option<Date>,
    pub(crate) actions: Vec<TestAction>,
}

impl TestLead {
    pub(crate) fn new(phone: Phone) -> Self {
        Self {
            phone,
            name: None,
            remark: None,
            interest: None,
            interests: None,
            kiosks: None,
            deal_size: None,
            budget: None,
            rating: None,
            follow_up_date: None,
            actions: Vec::new(),
        }
    }
}

impl Lead for TestLead {
    fn workspace(&self) -> &'static Workspace {
        &WORKSPACE
    }

    fn encode(&self, fields: &mut FieldWriter<'_>) {
        fields.put("phone", &self.phone);
        fields.put("Full Name", &self.name);
        fields.put("remark", &self.remark);
        fields.put("contact_source", &self.interest);
        fields.put("interests", &self.interests);
        fields.put("kiosks", &self.kiosks);
        fields.put("deal_size", &self.deal_size);
        fields.put("budget", &self.budget);
        fields.put("rating", &self.rating);
        fields.put("follow_up_date", &self.follow_up_date);
    }

    fn action_at(&self, index: usize) -> Option<ActionRef<'_>> {
        self.actions.get(index).map(|action| match action {
            TestAction::Visit(visit) => ActionRef::Custom(visit),
            TestAction::Payment(payment) => ActionRef::Payment(payment),
        })
    }
}

pub(crate) enum TestAction {
    Visit(Visit),
    Payment(Payment),
}

#[derive(Default)]
pub(crate) struct Visit {
    pub(crate) note: Option<Text>,
    pub(crate) created_on: Option<Date>,
}

impl CustomAction for Visit {
    fn code(&self) -> &'static str {
        "ACTION_1001"
    }

    fn encode(&self, fields: &mut FieldWriter<'_>) {
        fields.put("note", &self.note);
    }

    fn backdated_to(&self) -> Option<Date> {
        self.created_on
    }
}
