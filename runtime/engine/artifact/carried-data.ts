import type { Artifact, SinkArtifact, SourceArtifact, Unit } from '../../abi/artifact.ts'
import type { CarriedQuery, CarriedSink, CarriedSource, CarriedUnit } from './program-artifact.ts'

/** As it was before its code was taken out: whoever loads a unit finds the code by the unit's name. */
export function queryOf(carried: CarriedQuery): Artifact {
  return { ...carried, units: carried.units.map(unitOf) }
}

export function sourceOf(carried: CarriedSource): SourceArtifact {
  return { ...carried, units: carried.units.map(unitOf) }
}

export function sinkOf(carried: CarriedSink): SinkArtifact {
  return { ...carried, units: carried.units.map(unitOf) }
}

function unitOf(carried: CarriedUnit): Unit {
  return { ...carried, javascript: '', kernel: null, marks: [], spans: [], generateMicros: 0 }
}
