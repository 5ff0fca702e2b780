// A 3D object of ui.scene: a profile of [radius, height] points turned about z, smooth all round.
import { THREE } from "nicegui-scene";

export default class Lathe {
  create_geometry(profile) {
    const points = profile.map(([radius, height]) => new THREE.Vector2(Math.max(radius, 1e-4), height));
    return new THREE.LatheGeometry(points, 48).rotateX(Math.PI / 2);
  }
}
