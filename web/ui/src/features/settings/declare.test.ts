import { expect, it } from 'vitest';
import type { OfficeUser, QueuePolicy, Trunk } from '@/api/schema';
import { declareNumber, declareOffice, declarePerson, declareQueue, declareTrunk, fieldOf, officeValues, personValues, queueValues, trunkValues } from './declare';

const queue: QueuePolicy = {
  id: 'q',
  name: 'sales',
  office: 'Tashkent',
  office_id: 'o',
  strategy: 'linear',
  agents: ['anna', 'bek'],
  previous_manager: 'owner',
  previous_wait_ms: 15_000,
  ring_ms: 20_000,
  wrap_up_ms: 600_000,
  wrap_up_until: 'outcome',
  callback_to: 'bek',
  max_wait_ms: 300_000,
  record: false,
  priority: -5,
};

it('says the same of a queue that nobody has touched', () =>
  expect(declareQueue(queueValues(queue), 'sales')).toEqual({
    name: 'sales',
    rename_to: undefined,
    office: 'Tashkent',
    agents: ['anna', 'bek'],
    strategy: 'linear',
    previous_manager: { mode: 'owner', wait: '15s' },
    ring: '20s',
    wrap_up: '600s',
    wrap_up_until: 'outcome',
    callback_to: 'bek',
    max_wait: '300s',
    record: false,
    priority: -5,
  }));

it('renames what is there, and names what is new', () => {
  expect(declareOffice({ ...officeValues(), name: ' North ', parent: '' }, 'South')).toMatchObject({ name: 'South', rename_to: 'North', parent: undefined });
  expect(declareOffice({ ...officeValues(), name: 'North' })).toMatchObject({ name: 'North', rename_to: undefined });
});

it('leaves out what a person does not have, and never sends a password that nobody made', () => {
  const user: OfficeUser = { id: 'u', login: 'anna', name: 'Anna', office: 'T', office_id: 'o', role: 'agent', has_password: true, has_phone: false, auto_available: false, version: 3 };
  expect(declarePerson(personValues(user))).toEqual({ login: 'anna', name: 'Anna', role: 'agent', office: 'T' });
  expect(declarePerson({ ...personValues(user), blocked: true, sip_password: 'x'.repeat(24) })).toMatchObject({ blocked: true, sip_password: 'x'.repeat(24) });
});

it('keeps the password of a trunk by not giving one', () => {
  const trunk: Trunk = { id: 't', name: 'provider', hosts: [], server: 'sip.example.net', user: 'me', max_calls: 0, disabled: false };
  expect(declareTrunk(trunkValues(trunk), 'provider').register).toEqual({ server: 'sip.example.net', user: 'me', password: undefined });
  expect(declareTrunk({ ...trunkValues(trunk), registers: false, hosts: ['192.0.2.1'] }, 'provider')).toMatchObject({ hosts: ['192.0.2.1'], register: undefined });
});

it('lets a number lead nowhere', () =>
  expect(declareNumber({ number: ' +998712000001 ', queue: '', office: '', source: 'website' })).toEqual({ number: '+998712000001', source: 'website' }));

it.each([
  ['queues[0].previous_manager.wait', 'previous_manager.wait'],
  ['trunks[0].hosts[2]', 'hosts'],
  ['users[0].sip_password', 'sip_password'],
  ['offices[0]', ''],
  ['extension', 'extension'],
])('%s is the field %s', (blamed, field) => expect(fieldOf(blamed)).toBe(field));
