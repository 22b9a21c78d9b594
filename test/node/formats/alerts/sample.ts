/** An alert of the reference guide's form, complete, as a source system posts it. */
export function sampleAlert(): Record<string, unknown> {
  return {
    alert_id: 'A1',
    alert_type: 'TRANSACTION',
    priority: 'HIGH',
    customer_data: {
      customer_id: 'C-1',
      name: 'Anna Beispiel',
      aliases: ['Anne'],
      dob: '1980-02-29',
      addresses: [{ street: 'Weg 1', city: 'Ort', state: null, country: 'DE', postal_code: '12345' }],
      entity_type: 'INDIVIDUAL',
      nationality: 'DE',
      industry: 'EMPLOYEE',
    },
    screening_results: {
      match_details: [
        {
          source: 'LIST',
          match_type: 'FUZZY',
          matched_name: 'BEISPIEL, Anna',
          match_score: 0.93,
          list_name: 'SOME_LIST',
          additional_info: { list_id: 'L-1', list_dob: '1980', list_country: 'DE', program: 'X', more: 1 },
        },
      ],
      data_sources: ['SOME_LIST'],
      screening_timestamp: '2023-02-01T10:00:00Z',
    },
    regulatory_context: {
      jurisdiction: 'DE',
      applicable_regulations: ['GwG'],
      institution_type: 'BANK',
      risk_appetite: 'LOW',
    },
    transaction_data: {
      rule_id: 'R1',
      rules_hit: ['R1'],
      window_start: '2023-01-20',
      window_end: '2023-01-31',
      currency: 'EUR',
      amount_minor: 9_007_199_254_740_991,
      max_amount_minor: 5,
      in_minor: 4,
      out_minor: 3,
      transaction_count: 2,
      counterparty_count: 2,
      other_agency_count: 1,
      transaction_ids: ['t1', 't2'],
    },
    account_data: {
      account_id: 'K-1',
      opened: '2010-01-01',
      kind: 'CURRENT',
      opening_balance_minor: -5,
      declared_monthly_income_minor: 100,
    },
    raised_at: '2023-02-01T10:00:00Z',
    metadata: { source_system: 'TM', nested: { list: [1, 'two'] } },
  };
}
