import type { Number as Dialled, OfficeUnit, OfficeUser, QueuePolicy, Trunk } from '@/api/schema';
import { declareNumber, declareOffice, declarePerson, declareQueue, declareTrunk, numberValues, officeValues, personValues, queueValues, trunkValues } from './declare';
import { toYaml, type Yaml } from './yaml';

// Each part of the office as an office file says it. Passwords are not known here;
// `callcard apply` keeps those that a file does not give.

const part = (name: string, entries: object[]) => toYaml({ [name]: entries as { [key: string]: Yaml }[] });

// What a file leaves out stays, so that it need not say what is inherited.
export const officesFile = (all: OfficeUnit[]) =>
  part('offices', all.map((o) => ({ ...declareOffice(officeValues(o), o.name), inherit_dialling: undefined })));
export const usersFile = (all: OfficeUser[]) => part('users', all.map((u) => declarePerson(personValues(u))));
export const queuesFile = (all: QueuePolicy[]) => part('queues', all.map((q) => declareQueue(queueValues(q), q.name)));
export const numbersFile = (all: Dialled[]) => part('numbers', all.map((n) => declareNumber(numberValues(n))));
export const trunksFile = (all: Trunk[]) => part('trunks', all.map((t) => declareTrunk(trunkValues(t), t.name)));
